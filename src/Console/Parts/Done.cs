using System.Collections.Frozen;
using Microsoft.AspNetCore.WebUtilities;

namespace Quittance.Console.Parts;

/// <summary>
/// What is said on the page that one comes to after an action. The address carries a word and never the text, so that no link can make the
/// console say things.
/// </summary>
internal static class Done
{
    private const string Parameter = "done";

    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>
    {
        ["api-opened"] = "The API is open. Make a credential for each program that is to use it.",
        ["credential-revoked"] = "The credential lets nobody in any more. Running servers may take it for five seconds yet.",
        ["customer-erased"] = "The person's data is erased. What was booked stays.",
        ["origin-added"] = "Pages of the origin may embed the payment widget. Running servers know it within seconds.",
        ["origin-removed"] = "Pages of the origin embed the payment widget no more. Running servers know it within seconds.",
        ["person-ended"] = "They are signed out, and sign in no more.",
        ["person-role"] = "They have the role when they sign in next.",
        ["password-changed"] = "Your password is changed. Wherever else you were signed in, you are signed out.",
        ["payment-allocated"] = "The credit settles the charge now.",
        ["payment-asked"] = "The provider was asked. Its answer is in the timeline.",
        ["payment-asked-already"] = "Somebody else asks the provider just now, or has its answer. The timeline tells which.",
        ["payment-cancelled"] = "The payment is called off.",
        ["payment-completed"] = "The money is in the books.",
        ["payment-given-up"] =
            "The provider gave no clear answer, and is asked no more by itself. Find out there what it did, and settle the attempt by "
            + "hand.",
        ["payment-not-released"] =
            "The provider does not release the money, and may have taken it. Find out there what it did, and settle the attempt by hand.",
        ["payment-refund-failed"] = "The provider did not give the money back. The payment has it still; the timeline says why.",
        ["payment-refunded"] = "The money goes back to the payer.",
        ["payment-refund-asked"] = "The refund is begun. The provider has not answered yet; it will be asked until it does.",
        ["payment-refund-to-pay"] =
            "The refund is begun. Now pay it out; it is done when you say so here, or when its line of a statement is booked.",
        ["payment-settled"] = "The attempt is settled by your word. What the provider says later still wins.",
        ["payment-unanswered"] = "The provider gave no clear answer. It will be asked again.",
        ["payment-voided"] = "The payment is called off. Its provider is asked to release the money; the timeline tells when that is done.",
        ["payment-retried"] = "The provider took the money. This is the payment that has it.",
        ["payment-retry-asked"] = "The provider was asked for the money and has not said its last word. It is asked until it does.",
        ["payment-retry-declined"] = "The provider did not take the money this time either. The timeline says why.",
        ["refund-called-off"] = "The refund is called off. The payment has its money as before.",
        ["refund-paid-out"] = "The refund is done: the customer has the money.",
        ["line-booked"] = "The line is booked.",
        ["line-ignored"] = "The line is left out of the books.",
        ["statement-imported"] = "The statement is imported, and what its lines certainly are is booked.",
        ["statement-known"] = "The statement was imported before. What can be matched by now is booked.",
        ["signed-out"] = "You are signed out.",
        ["webhook-ended"] = "The receiver is told nothing any more.",
        ["webhook-replayed"] = "What was given up is told once more, within about a second.",
        ["zone-changed"] = "The days begin in the new time zone. Running servers know it within seconds.",
    }.ToFrozenDictionary();

    /// <summary>Outcomes that the operator did not want: they must not look like successes.</summary>
    private static readonly FrozenDictionary<string, Tone> Otherwise = new Dictionary<string, Tone>
    {
        ["payment-asked-already"] = Tone.Waiting,
        ["payment-given-up"] = Tone.Bad,
        ["payment-not-released"] = Tone.Bad,
        ["payment-refund-asked"] = Tone.Waiting,
        ["payment-refund-failed"] = Tone.Bad,
        ["payment-refund-to-pay"] = Tone.Waiting,
        ["payment-retry-asked"] = Tone.Waiting,
        ["payment-retry-declined"] = Tone.Bad,
        ["payment-unanswered"] = Tone.Waiting,
    }.ToFrozenDictionary();

    /// <summary>An address that will say that an action is done.</summary>
    /// <param name="address">The page, without the parameter.</param>
    /// <param name="word">The action.</param>
    public static string At(string address, string word) => Texts.ContainsKey(word)
        ? QueryHelpers.AddQueryString(address, Parameter, word)
        : throw new ArgumentException($"Nothing is said for {word}.", nameof(word));

    /// <summary>What an address says, and how good that is; null for nothing.</summary>
    public static (string Text, Tone Tone)? Of(string address) =>
        QueryHelpers.ParseQuery(new Uri(address).Query).TryGetValue(Parameter, out var words) && words is [{ } word]
            && Texts.TryGetValue(word, out var text)
            ? (text, Otherwise.GetValueOrDefault(word, Tone.Good))
            : null;
}
