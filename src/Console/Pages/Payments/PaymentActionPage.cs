using Microsoft.AspNetCore.Components;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Payments;

/// <summary>
/// A page with an action on a payment. Its form carries how many events the payment had when the page was shown: of two operators who saw
/// the same payment only one can act on it, and none acts on a payment that changed after the look.
/// </summary>
public abstract class PaymentActionPage : ActionPage
{
    private static string NotSeen =>
        Say("Nothing has changed: the form does not say which state of the payment you saw. Look at the payment, then send this form.");

    private static string HasChanged =>
        Say("Nothing was done: the payment, or a request for it, changed after you opened this page. Look at it before you go on.");

    [Inject] public PaymentStories Stories { get; set; } = null!;

    [Inject] public Collector Collector { get; set; } = null!;

    [Parameter] public long Number { get; set; }

    /// <summary>The number of events that the operator saw, as the form carries it.</summary>
    [SupplyParameterFromForm] public int? Seen { get; set; }

    /// <summary>The payment with its history; null where there is none.</summary>
    protected PaymentStory? Story { get; private set; }

    protected Payment Payment => Story!.View.Payment;

    /// <summary>The page of the payment.</summary>
    public Place Above => Places.Payment(Number);

    /// <summary>The payment's name in the audit log.</summary>
    protected string Subject => $"payment {Number}";

    protected AccountTarget Target => AccountTarget.Of(Story!.View.Account.Id, Story.View.Account.Slot);

    /// <summary>The number in the form. A form that comes back with a problem keeps its number: the operator must look again.</summary>
    public int SeenNow => Seen ?? EventsOf(Story!);

    protected override async Task ReadAsync() => Story = await Stories.FindAsync(Operator.Merchant, Number, Cancel);

    /// <summary>Whether the form says what the operator saw; shows the problem where it does not.</summary>
    protected bool HasSeen()
    {
        if (Seen is null)
            Problem = NotSeen;
        return Seen is not null;
    }

    /// <summary>
    /// The key under which this form takes effect once; null, with a problem, where the payment has changed. A form that was sent before
    /// gets its answer again. Only for actions that put an event on the payment: until its next event, all forms of one action share the
    /// key.
    /// </summary>
    protected async Task<KeyUse?> OnceAsync(string what, params IEnumerable<string> content)
    {
        if (!HasSeen())
            return null;
        // All actions on one state of the payment share one key: the second form under it is refused.
        var use = Operator.Once("payment", $"{Payment.Id.Value:N} {SeenNow}", [FormKey, what, .. content]);
        if (SeenNow == EventsOf(Story!) || await Stories.AnsweredAsync(use.Key, Cancel) is not null)
            return use;
        Problem = HasChanged;
        return null;
    }

    /// <summary>Goes to the payment's page, or stays and shows the problem.</summary>
    protected void FinishPayment(Outcome outcome, string word)
    {
        if (outcome.Faults.Any(fault => fault.Refusal == Refusal.KeyReused))
            Problem = HasChanged;
        else
            Finish(outcome, Above.Href, word);
    }

    // A new attempt and an answer are changes; a question without an answer is none. So are a request for a second person and its end.
    private static int EventsOf(PaymentStory story) =>
        story.View.Payment.Events + story.Attempts.Count + story.Attempts.Count(attempt => attempt.IsSettled)
        + story.Approvals.Sum(approval => approval.Request.Events);
}
