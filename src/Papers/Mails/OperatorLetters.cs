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
        var (from, until) = OperatorMail.TimesOf(mail.Sequence);
        var items = await news.OfAsync(mail.Kind, mail.Id.Merchant, mail.Subject, from, until, MostListed + 1, cancel);
        if (items.Count == 0)
            return null;
        var isDispute = mail.Kind == MailKind.DisputeOpened;
        var only = items is [var one] ? one : null;
        return (person, new MailLetter(English.Tag, SubjectOf(isDispute, items, issuer.MerchantName), [
            $"Hello {person.Name},",
            isDispute ? "payers have taken money back by a dispute. An answer to a dispute has a time limit."
                : "an act above the limit waits for a second person. It is done when you approve it, and ends undone when nobody decides.",
        ])
        {
            Facts =
            [
                .. items.Take(MostListed).Select(item => (
                    $"{(isDispute ? "Payment" : "Request")} {item.Number}{(item.Customer is { } name ? $", {name}" : "")}",
                    English.Of(item.Amount))),
            ],
            Button = ("Open it in the console", place(mail.Kind, isDispute ? only?.Number : null)),
            Notes =
            [
                .. items.Count > MostListed ? ["There are more: the console shows all of them."] : Array.Empty<string>(),
                $"You get this mail because you work for {issuer.MerchantName}, which has switched it on.",
            ],
        });
    }

    private static string SubjectOf(bool isDispute, IReadOnlyList<OperatorItem> items, string merchant) => (isDispute, items) switch
    {
        (true, [var one]) => $"{merchant}: a dispute was opened, {English.Of(one.Amount)}",
        (true, _) => $"{merchant}: disputes were opened",
        (false, [var one]) => $"{merchant}: an act waits for a second person, {English.Of(one.Amount)}",
        _ => $"{merchant}: acts wait for a second person",
    };
}
