using Quittance.Core.Overdue;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Payments;

/// <summary>The words for what keeps a failed payment from being tried again.</summary>
public static class RetryWords
{
    /// <summary>Why nothing happens, as a sentence.</summary>
    public static string Of(RetryWait why) => why switch
    {
        RetryWait.NotFailed => Say("It has not failed."),
        RetryWait.NoInstrument => Say("It was made without a stored card or bank account."),
        RetryWait.Replaced => Say("A later payment for one of its charges takes its place."),
        RetryWait.NoPolicy => Say("No policy for retries is set."),
        RetryWait.NothingOpen => Say("Its charges are settled."),
        RetryWait.Covered => Say("The customer's credit covers its charges."),
        RetryWait.PerhapsTried =>
            Say("The books were restored, and a file may have had the try in the time that was lost: ask for it by hand."),
        RetryWait.Closed => Say("The account is closed."),
        RetryWait.Held => Say("The customer's dunning is paused, or an agency collects the debt."),
        RetryWait.AutopayEnded => Say("The customer has ended autopay, or chose another card or bank account for it."),
        RetryWait.Final => Say("The reason does not go away by itself."),
        RetryWait.InstrumentGone => Say("The instrument was replaced, or its mandate has ended."),
        RetryWait.UnderWay => Say("A payment for its charges is under way."),
        RetryWait.Paused => Say("A charge is paused."),
        RetryWait.NoTryLeft => Say("There is no further try."),
        RetryWait.Early => Say("The next try comes later."),
    };

    /// <summary>What a person can do about a payment that is not tried again, as a sentence; empty for nothing.</summary>
    public static string AdviceFor(RetryWait why) => why switch
    {
        RetryWait.NoPolicy => Say("Try it again on its page, or set when Quittance does."),
        RetryWait.AutopayEnded => Say("Send a payment link."),
        RetryWait.Final or RetryWait.InstrumentGone => Say("Ask the customer for another card or bank account, or send a payment link."),
        RetryWait.NoTryLeft => Say("Try it again on its page, or send a payment link."),
        RetryWait.PerhapsTried or RetryWait.NotFailed or RetryWait.NoInstrument or RetryWait.Replaced or RetryWait.NothingOpen
            or RetryWait.Covered or RetryWait.Closed or RetryWait.Held or RetryWait.UnderWay or RetryWait.Paused
            or RetryWait.Early => "",
    };
}
