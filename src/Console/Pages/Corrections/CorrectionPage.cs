using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Quittance.Console.Layout;
using Quittance.Core.Approvals;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Settlements;
using Quittance.Storage.Console;
using Quittance.Storage.Settlements;

namespace Quittance.Console.Pages.Corrections;

/// <summary>
/// A page that corrects the books. Its form is sent twice: the first time the page shows the books before and after the correction, and
/// the second time it carries out what it showed. A form whose contents have changed since is shown anew.
/// </summary>
public abstract class CorrectionPage : ActionPage
{
    [Inject] public PaymentEngine Engine { get; set; } = null!;

    [Inject] public LedgerChanges Ledger { get; set; } = null!;

    [Inject] public Evidence Evidence { get; set; } = null!;

    /// <summary>Names the contents of the form whose picture the operator saw.</summary>
    [SupplyParameterFromForm] public string? Shown { get; set; }

    /// <summary>The books before and after; null while nothing was asked.</summary>
    public IReadOnlyList<LedgerChange>? Picture { get; private set; }

    /// <summary>Whether it is above the limit, so that it only asks a second person.</summary>
    public bool Asks { get; private set; }

    /// <summary>Names the contents of the picture.</summary>
    public string? ShownNow { get; private set; }

    /// <summary>Shows what a correction does, or carries it out where that was shown.</summary>
    /// <param name="make">Makes the command, with the key under which the form takes effect once.</param>
    /// <param name="content">The contents of the form.</param>
    /// <param name="to">The page to go to.</param>
    /// <param name="word">The message on it.</param>
    protected async Task CorrectAsync(
        Func<KeyUse, Command> make, IEnumerable<string?> content, string to, Func<Outcome, string> word)
    {
        var said = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', content))));
        var command = make(Desk.Once("correction", FormKey, said));
        var (toAsk, isShown) = ($"{said} asks", Shown == said);
        var outcome = isShown ? await Engine.SubmitAsync(command) : await Engine.PreviewAsync(command);
        Asks = outcome.Changes?.Of<ApprovalRequest>().Any() == true;
        // A page that only asks does nothing at once, also where the limit is gone since.
        if (Asks && Shown == toAsk)
        {
            outcome = await Engine.SubmitAsync(command);
            isShown = true;
        }

        if (isShown || outcome.Replayed)
        {
            Finish(outcome, to, word(outcome));
        }
        else if (!outcome.Accepted)
        {
            Refuse(outcome);
        }
        else
        {
            ShownNow = Asks ? toAsk : said;
            Picture = await Ledger.ReadAsync(
                Desk.Merchant, outcome.Changes!.Of<Event>().SelectMany(happened => happened.Transfers), Cancel);
        }
    }

    /// <summary>The charges of names with blanks between; null, with the problem of a field, where one is not known.</summary>
    protected async Task<IReadOnlyList<Core.Settlements.NamedCharge>?> ChargesAsync(string field, string? typed)
    {
        List<Core.Settlements.NamedCharge> charges = [];
        const StringSplitOptions Pieces = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var name in (typed ?? "").Split([' ', ','], Pieces))
        {
            var found = (await Evidence.NamedAsync(Desk.Merchant, [name], Cancel)).Charges;
            if (NameChoice.OneOf(found, name, one => one.Number) is not { } charge)
            {
                Check(field, $"Nothing has changed: {NameChoice.ProblemOf("charge", name, found.Select(one => one.Number))}.");
                return null;
            }

            charges.Add(charge);
        }

        return charges;
    }
}
