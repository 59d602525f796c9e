using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Searching;
using Quittance.Host.Cli;
using Quittance.Storage.Reading;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>search</c>: looks for things of any kind.</summary>
internal static class SearchCommand
{
    private const int Most = 20;

    private static readonly Argument<string[]> Typed = new("words")
    {
        Description = "Any part of a name, an e-mail address, a number or reference of any API, an amount, a card's or IBAN's last four, "
            + "a provider's id",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Search() => CommandMaker.OfMerchant(
        "search", "Look for customers, payments, charges and other things, as the console's search does", FindAsync, Typed);

    private static async Task FindAsync(Run run)
    {
        if (TypedSearch.Read(string.Join(' ', run.Required(Typed)), out var search) is { } problem)
            throw new CommandException($"What you search for {problem}.");
        var (books, merchant) = await run.ReadMerchantAsync();
        var found = await new Search(books).FindAsync(
            merchant, search with { SeesNotes = true }, Enum.GetValues<FoundKind>().ToHashSet(), Most, run.Cancel);
        run.Print(
            found.Items.Select(item => new
            {
                Kind = EnumWords.Of(item.Kind),
                item.Id,
                item.Title,
                item.Subtitle,
                item.Number,
                Account = item.Account?.Value,
                item.Amount,
                item.Status,
                FoundBy = EnumWords.Of(item.By),
            }),
            () =>
            {
                if (found.IsEmpty)
                    Terminal.Line($"Nothing is found.");
                foreach (var item in found.Items)
                    Terminal.Line($"[bold]{EnumWords.Of(item.Kind)}[/] {item.Title} · {item.Subtitle} · {item.Status}");
            });
    }
}
