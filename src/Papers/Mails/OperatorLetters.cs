using Quittance.Core.Mails;

namespace Quittance.Papers.Mails;

/// <summary>
/// Writes the mails to a merchant's people, in the console's language: what happened, by number, name and amount, and where it is done.
/// </summary>
/// <param name="place">
/// The address of the page of the console where it is done, by the kind and the number of the payment where it is one alone.
/// </param>
public sealed class OperatorLetters(IOperatorNews news, Func<MailKind, long?, string> place)
{
    private const int MostListed = 10;

    // The words for amounts, which the console's language has.
    private static readonly CustomerTexts English = CustomerTexts.OfPapers["en"];

    /// <summary>Writes a mail; null where the person has left, or nothing waits any more.</summary>
    public async Task<(MailedPerson Person, MailLetter Letter)?> WriteAsync(Mail mail, PaperIssuer issuer, CancellationToken cancel)
    {
        if (await news.PersonAsync(mail.Id.Merchant, mail.Subject, cancel) is not { } person)
            return null;
        var (from, until) = OperatorMail.TimesOf(mail.Kind, mail.Sequence);
        var items = await news.OfAsync(mail.Kind, mail.Id.Merchant, mail.Subject, from, until, MostListed + 1, cancel);
        if (items.Count == 0)
            return null;
        var only = items is [var one] ? one : null;
        return (person, new MailLetter(English.Tag, SubjectOf(mail.Kind, only, issuer.MerchantName), [
            $"Hello {person.Name},", WordsOf(mail.Kind),
        ])
        {
            Facts = [.. items.Take(MostListed).Select(item => FactOf(mail.Kind, item))],
            Button = ("Open it in the console", place(
                mail.Kind, mail.Kind is MailKind.DisputeOpened or MailKind.CollectionFailed ? only?.Number : null)),
            Notes =
            [
                .. items.Count > MostListed ? ["There are more: the console shows all of them."] : Array.Empty<string>(),
                $"You get this mail because you work for {issuer.MerchantName}, which has switched it on.",
            ],
        });
    }

    private static string WordsOf(MailKind kind) => kind switch
    {
        MailKind.DisputeOpened => "payers have taken money back by a dispute. An answer to a dispute has a time limit.",
        MailKind.ApprovalWaits =>
            "an act above the limit waits for a second person. It is done when you approve it, and ends undone when nobody decides.",
        MailKind.CollectionFailed =>
            "cards were declined, or debits came back, that no customer was there for. What they were to pay is open. Where a policy says "
            + "so, Quittance tries again by itself.",
        MailKind.WebhookFails =>
            "a receiver of webhooks does not take what it is told. Quittance goes on trying for a day, and then gives the messages up. "
            + "You get no second mail of this today.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is for customers."),
    };

    private static (string Name, string Value) FactOf(MailKind kind, OperatorItem item)
    {
        if (kind == MailKind.WebhookFails)
            return (item.Name!, item.Number == 1 ? "1 message is not delivered" : $"{item.Number:N0} messages are not delivered");
        var what = kind == MailKind.ApprovalWaits ? "Request" : "Payment";
        return ($"{what} {item.Number}{(item.Name is { } name ? $", {name}" : "")}", item.Amount is { } amount ? English.Of(amount) : "");
    }

    private static string SubjectOf(MailKind kind, OperatorItem? only, string merchant) => (kind, only?.Amount) switch
    {
        (MailKind.DisputeOpened, { } amount) => $"{merchant}: a dispute was opened, {English.Of(amount)}",
        (MailKind.DisputeOpened, _) => $"{merchant}: disputes were opened",
        (MailKind.CollectionFailed, { } amount) => $"{merchant}: a collection failed, {English.Of(amount)}",
        (MailKind.CollectionFailed, _) => $"{merchant}: collections failed",
        (MailKind.WebhookFails, _) => $"{merchant}: webhooks fail",
        (_, { } amount) => $"{merchant}: an act waits for a second person, {English.Of(amount)}",
        _ => $"{merchant}: acts wait for a second person",
    };
}
