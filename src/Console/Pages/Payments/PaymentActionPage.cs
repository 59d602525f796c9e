using Microsoft.AspNetCore.Components;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Payments;

/// <summary>
/// A page on which something is done to a payment. Its form carries how much had happened to the payment when it was shown: two operators who saw
/// the same can't both act on it, and neither on what somebody else has changed meanwhile.
/// </summary>
public abstract class PaymentActionPage : ActionPage
{
    private const string NotSeen = "Nothing has changed: what was sent does not say how far you had seen the payment. Look at it, then send this form.";
    private const string HasChanged = "Nothing has changed: somebody acted on this payment after you opened this page. Look at it again before you go on.";

    /// <summary>Reads payments.</summary>
    [Inject] public PaymentStories Stories { get; set; } = null!;

    /// <summary>Carries commands out, and asks providers.</summary>
    [Inject] public Collector Collector { get; set; } = null!;

    /// <summary>The payment's human number.</summary>
    [Parameter] public long Number { get; set; }

    /// <summary>How much had happened when whoever acts opened the page, as the form carries it.</summary>
    [SupplyParameterFromForm] public int? Seen { get; set; }

    /// <summary>The payment with all around it; null when there is none.</summary>
    protected PaymentStory? Story { get; private set; }

    /// <summary>Whether it was looked for: a page is drawn before that too.</summary>
    protected bool IsRead { get; private set; }

    /// <summary>The payment.</summary>
    protected Payment Payment => Story!.View.Payment;

    /// <summary>Where its page is.</summary>
    public string Back => $"{ConsoleRoutes.Root}/payments/{Number}";

    /// <summary>What the trail above the title says.</summary>
    protected (string, string)? Above => ($"Payment {Number}", Back);

    /// <summary>What the audit log calls the payment.</summary>
    protected string Subject => $"payment {Number}";

    /// <summary>Where its commands go.</summary>
    protected AccountTarget Target => AccountTarget.Of(Story!.View.Account.Id, Story.View.Account.Slot);

    /// <summary>
    /// What the form carries. A form that comes back with a problem keeps what it was opened with, and so does one that was overtaken:
    /// whoever goes on must look first.
    /// </summary>
    protected int SeenNow => Seen ?? EventsOf(Story!);

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Story = await Stories.FindAsync(Desk.Merchant, Number, Cancel);
        IsRead = true;
    }

    /// <summary>Whether the form says what was seen. Where it does not, the page says so: nobody acts on what they have not looked at.</summary>
    protected bool HasSeen()
    {
        if (Seen is null)
            Problem = NotSeen;
        return Seen is not null;
    }

    /// <summary>
    /// How a command of this form takes effect once; null, with the problem said, where the payment is not any more what was seen. What was sent
    /// before gets its answer again.
    /// </summary>
    /// <param name="what">The action.</param>
    /// <param name="said">What was filled in.</param>
    protected async Task<KeyUse?> OnceAsync(string what, params IEnumerable<string> said)
    {
        if (!HasSeen())
            return null;
        // All actions on what was seen share one key: the second form under it is refused, whichever it is.
        var use = Desk.Once("payment", $"{Payment.Id.Value:N} {SeenNow}", [FormKey, what, .. said]);
        if (SeenNow == EventsOf(Story!) || await Stories.AnsweredAsync(use.Key, Cancel) is not null)
            return use;
        Problem = HasChanged;
        return null;
    }

    /// <summary>Goes on to the payment's page, or stays and says why not.</summary>
    protected void FinishPayment(Outcome outcome, string word)
    {
        if (outcome.Faults.Any(fault => fault.Refusal == Refusal.KeyReused))
            Problem = HasChanged;
        else
            Finish(outcome, Back, word);
    }

    // What providers are asked and do not answer is no change; what they answer is.
    private static int EventsOf(PaymentStory story) =>
        story.View.Payment.Events + story.Attempts.Count + story.Attempts.Count(attempt => attempt.IsSettled);
}
