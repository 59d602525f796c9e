using Quittance.Core.Overdue;

namespace Quittance.Console.Pages.Payments;

/// <summary>The words for what keeps a failed payment from being tried again.</summary>
public static class RetryWords
{
    /// <summary>Why nothing happens, as a sentence.</summary>
    public static string Of(RetryWait why) => why switch
    {
        RetryWait.NotFailed => "It has not failed.",
        RetryWait.NoInstrument => "It was made without a stored card or bank account.",
        RetryWait.Replaced => "A later payment for one of its charges takes its place.",
        RetryWait.NoPolicy => "No policy for retries is set.",
        RetryWait.NothingOpen => "Its charges are settled.",
        RetryWait.Covered => "The customer's credit covers its charges.",
        RetryWait.PerhapsTried => "The books were restored, and a file may have had the try in the time that was lost: ask for it by hand.",
        RetryWait.Closed => "The account is closed.",
        RetryWait.Held => "The customer's dunning is paused, or an agency collects the debt.",
        RetryWait.AutopayEnded => "The customer has ended autopay, or chose another card or bank account for it.",
        RetryWait.Final => "The reason does not go away by itself.",
        RetryWait.InstrumentGone => "The instrument was replaced, or its mandate has ended.",
        RetryWait.UnderWay => "A payment for its charges is under way.",
        RetryWait.Paused => "A charge is paused.",
        RetryWait.NoTryLeft => "There is no further try.",
        RetryWait.Early => "The next try comes later.",
    };

    /// <summary>What a person can do about a payment that is not tried again, as a sentence; empty for nothing.</summary>
    public static string AdviceFor(RetryWait why) => why switch
    {
        RetryWait.NoPolicy => "Try it again on its page, or set when Quittance does.",
        RetryWait.AutopayEnded => "Send a payment link.",
        RetryWait.Final or RetryWait.InstrumentGone => "Ask the customer for another card or bank account, or send a payment link.",
        RetryWait.NoTryLeft => "Try it again on its page, or send a payment link.",
        RetryWait.PerhapsTried or RetryWait.NotFailed or RetryWait.NoInstrument or RetryWait.Replaced or RetryWait.NothingOpen
            or RetryWait.Covered or RetryWait.Closed or RetryWait.Held or RetryWait.UnderWay or RetryWait.Paused
            or RetryWait.Early => "",
    };
}
