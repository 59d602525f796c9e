using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Quittance.BackOffice.BankStatements;
using Quittance.Console.Layout;
using Quittance.Core.Approvals;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;
using Quittance.Storage.Settlements;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Corrections;

/// <summary>
/// A page that corrects the books. Its form is sent twice: the first time the page shows the books before and after the correction, and
/// the second time it carries out what it showed. Where its contents, its transfers or the balances of its customers have changed since,
/// it is shown anew. A page that opens with all that its form asks for shows the books at once, and is sent once.
/// </summary>
public abstract class CorrectionPage : ActionPage
{
    [Inject] public PaymentEngine Engine { get; set; } = null!;

    [Inject] public LedgerChanges Ledger { get; set; } = null!;

    [Inject] public Evidence Evidence { get; set; } = null!;

    /// <summary>Names the form and the transfers whose picture the operator saw.</summary>
    [SupplyParameterFromForm(Name = "Shown")] public string? SeenDigest { get; set; }

    /// <summary>The books before and after; null while nothing was asked.</summary>
    public IReadOnlyList<LedgerChange>? Preview { get; private set; }

    /// <summary>Whether it is above the limit, so that it only asks a second person.</summary>
    public bool NeedsSecondPerson { get; private set; }

    /// <summary>Names the contents of the picture.</summary>
    public string? Digest { get; private set; }

    /// <summary>Whether the operator saw another picture than this one before.</summary>
    public bool IsShownAnew => Preview is not null && SeenDigest is not null;

    /// <summary>Shows what a correction does, or carries it out where that was shown.</summary>
    /// <param name="make">Makes the command, with the key under which the form takes effect once.</param>
    /// <param name="content">The contents of the form, but for the reason, which changes nothing of the picture.</param>
    /// <param name="to">The page to go to.</param>
    /// <param name="word">The message on it.</param>
    /// <param name="before">What is done before it, as previewed; null for nothing.</param>
    /// <param name="first">Does that, and gives the refusal; null where nothing is refused.</param>
    protected async Task CorrectAsync(
        Func<KeyUse, Command> make, IEnumerable<string?> content, string to, Func<Outcome, string> word,
        IReadOnlyList<Outcome>? before = null, Func<Task<Outcome?>>? first = null)
    {
        List<string?> said = [.. content];
        var command = make(Operator.Once("correction", FormKey, NameOf([.. said, Reason])));
        var outcome = await Engine.PreviewAsync(command);
        if (outcome.Replayed)
        {
            Finish(outcome, to, word(outcome));
            return;
        }

        if ((before ?? []).Prepend(outcome).FirstOrDefault(one => !one.Accepted) is { } refused)
        {
            Refuse(refused);
            return;
        }

        List<Event> events = [.. (before ?? []).Append(outcome).SelectMany(one => one.Changes!.Of<Event>())];
        List<Transfer> transfers = [.. events.SelectMany(happened => happened.Transfers)];
        // A charge that it raises has another id each time.
        var raised = events.Where(happened => happened.Type == EventType.ChargeRaised).Select(happened => happened.Subject).ToHashSet();
        NeedsSecondPerson = outcome.Changes!.Of<ApprovalRequest>().Any();
        var changes = await Ledger.ReadAsync(Operator.Merchant, transfers, Cancel);
        Digest = NameOf(
        [
            .. said, $"{NeedsSecondPerson}", .. transfers.Select(transfer => NameOf(transfer, raised)),
            // The customer's own lines: another payment in between may leave the transfers as they are.
            .. changes.Where(change => change.Account.Kind is LedgerKind.Receivable or LedgerKind.Credit)
                .Select(change => $"{change.Account.ToId():N} {change.Before}"),
        ]);
        if (SeenDigest == Digest)
        {
            var done = (first is null ? null : await first()) ?? await Engine.SubmitAsync(command);
            Finish(done, to, word(done));
        }
        else
        {
            Preview = changes;
        }
    }

    private static string NameOf(Transfer transfer, HashSet<Guid> raised)
    {
        var charge = transfer.Charge is { } named && !raised.Contains(named.Value) ? named.Value : default(Guid?);
        return $"{transfer.Debit.ToId():N} {transfer.Credit.ToId():N} {transfer.AmountMinor} {charge:N}";
    }

    /// <summary>A name that follows from contents.</summary>
    private static string NameOf(IEnumerable<string?> contents) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', contents))));

    /// <summary>The charges of names with blanks between; null, with the problem of a field, where one is not known.</summary>
    protected async Task<IReadOnlyList<Core.Settlements.NamedCharge>?> ChargesAsync(string field, string? typed)
    {
        List<Core.Settlements.NamedCharge> charges = [];
        const StringSplitOptions Pieces = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var name in (typed ?? "").Split([' ', ','], Pieces))
        {
            var found = (await Evidence.NamedAsync(Operator.Merchant, [name], Cancel)).Charges;
            if (NameChoice.OneOf(found, name, one => one.Number) is not { } charge)
            {
                Check(field, NoneOf("charge", name, found.Select(one => one.Number)));
                return null;
            }

            charges.Add(charge);
        }

        return charges;
    }

    /// <summary>Why a typed name is not that of one thing.</summary>
    /// <inheritdoc cref="NameChoice.ProblemOf"/>
    protected static string NoneOf(string what, string name, IEnumerable<long> numbers)
    {
        var because = $"{Heard(NameChoice.ProblemOf(what, name, numbers))}.";
        return Say($"Nothing has changed: {because}");
    }
}
