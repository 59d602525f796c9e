using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// Divides a line of the bank among several customers by the charges that an operator names. Its parts become a report, as those of a
/// collective credit have one; what the line has above the charges is a part of its own, which waits. Every step can be repeated: the
/// report follows from the line and the charges.
/// </summary>
internal sealed class DividedLines(NpgsqlDataSource database, PaymentEngine engine, CertainLines certain, StatementImports imports)
{
    private const string Name = "Divided line";
    private const int IdBytes = 16;

    private readonly CollectiveCredits _credits = new(database);
    private readonly Statements _statements = new(database);

    /// <summary>Books a line as the sum of its parts, and each part for its customer.</summary>
    /// <param name="charges">Charges of several customers.</param>
    /// <param name="shortfall">What a bank kept of the sum; null for nothing.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<ChoiceOutcome> BookAsync(
        SettlementLine line, IReadOnlyList<NamedCharge> charges, Shortfall? shortfall, Origin origin, string? note, KeyUse? key,
        CancellationToken cancel)
    {
        var due = line.Gross with { AmountMinor = line.Gross.AmountMinor + (shortfall?.Amount.AmountMinor ?? 0) };
        if (ProblemOf(line, charges, shortfall, due) is { } problem)
            return new ChoiceOutcome(null, problem);
        if (await _credits.AccountOfAsync(line, cancel) is null)
            return new ChoiceOutcome(null, "it is a line of a provider's report, and not of the bank");
        List<List<NamedCharge>> parts = [.. charges.GroupBy(charge => charge.Account).Select(ofOne => ofOne.ToList())];
        var report = ReportOf(line, due, parts);
        if ((await imports.ImportAsync([report], report.Reference!, origin, cancel)).Statements is not [{ IsOtherFile: false } imported])
            return new ChoiceOutcome(null, "it was divided in another way before");
        var outcome = await engine.SubmitAsync(new BookSettlement(origin, line.Id.House, line.Id, SettlementUse.Payout)
        {
            Provider = ClearingProvider.Bank,
            Settles = imported.Id.Value,
            Shortfall = shortfall,
            Note = note,
            Key = key,
        });
        if (!outcome.Accepted)
            return new ChoiceOutcome(outcome, null);
        foreach (var part in await _statements.LinesAsync(imported.Id, SettlementStatus.Open, 0, parts.Count, cancel))
        {
            var its = parts[part.Number - 1];
            var target = AccountTarget.Of(its[0].Account, its[0].Slot);
            await engine.SubmitAsync(new BookSettlement(origin, target, part.Id, SettlementUse.Transfer)
            {
                Brings = certain.PaymentOf(
                    part, target, [.. its.Select(charge => Part.Charge(charge.Reference, charge.Open.AmountMinor))], origin),
                Note = note,
            });
        }

        // The rest waits, and a part whose charge was paid meanwhile: each with its reason.
        await certain.BookAsync(imported.Id, origin, progress: null, cancel);
        return new ChoiceOutcome(outcome, null);
    }

    /// <summary>The parts of a line that is divided, which are there no more once the line is open again; none of another line.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<SettlementLine>> PartsOfAsync(SettlementLine line, CancellationToken cancel)
    {
        if (line is not { Status: SettlementStatus.Booked, Use: SettlementUse.Payout, Settles: { } settled })
            return [];
        var report = new StatementId(line.Id.Merchant, settled);
        return await _statements.FindAsync(report, cancel) is
        { Statement: { Source: StatementSource.Payout, Account: ClearingProvider.Bank, Reference: { } name } statement }
            && name.StartsWith(Name, StringComparison.Ordinal)
            ? await _statements.LinesAsync(report, status: null, 0, statement.Lines, cancel) : [];
    }

    private static string? ProblemOf(SettlementLine line, IReadOnlyList<NamedCharge> charges, Shortfall? shortfall, Money due)
    {
        const string Several = "the charges are of several customers";
        if (line.Kind != SettlementLineKind.Entry || line.IsPart || line.Amount.AmountMinor <= 0)
            return $"{Several}, and only a line of money that came to the bank is divided";
        if (charges.DistinctBy(charge => charge.Id).Count() < charges.Count)
            return "a charge is named twice";
        if (charges.FirstOrDefault(charge => charge.Open.Currency != due.Currency) is { } foreign)
            return $"charge {foreign.Name} is in {foreign.Open.Currency.Code}";
        if (charges.FirstOrDefault(charge => charge.Open.AmountMinor <= 0) is { } settled)
            return $"{Several}, and nothing is open of {settled.Name}";
        if (shortfall is { Kind: not ShortfallKind.Fee })
            return $"{Several}: what is missing of all is a bank's fee, or name the charges of one";
        var sumMinor = charges.Aggregate((Int128)0, (sum, charge) => sum + charge.Open.AmountMinor);
        return sumMinor <= due.AmountMinor && (shortfall is null || sumMinor == due.AmountMinor) ? null
            : $"{Several}, and {Sum(charges)} are open of them: the line {(shortfall is null ? "is" : "and what is missing are")} {due}";
    }

    private static string Sum(IReadOnlyList<NamedCharge> charges) => string.Join(" and ", charges.Select(charge => charge.Open));

    private static ReadStatement ReportOf(SettlementLine line, Money due, List<List<NamedCharge>> parts)
    {
        var day = line.BookedOn.ToString("O", CultureInfo.InvariantCulture);
        List<ReadLine> lines =
        [
            .. parts.Select((part, index) => Part(
                index, part.Sum(charge => charge.Open.AmountMinor), string.Join(' ', part.Select(charge => charge.Name)))),
        ];
        var restMinor = due.AmountMinor - lines.Sum(part => part.AmountMinor);
        if (restMinor > 0)
            lines.Add(Part(lines.Count, restMinor, "the rest"));
        return new ReadStatement(
            // It is no sum that a notification tells, so no other line can be booked as it.
            StatementSource.Payout, $"divided {line.Id.Value:D}", ClearingProvider.Bank,
            $"{Name} of {day}, {line.Amount} ({line.Id.Value:D}, {line.Events}, {HashOf(parts)})", due.Currency, null,
            due.AmountMinor, lines);

        ReadLine Part(int index, long minor, string text) => new(index + 1, SettlementLineKind.Entry, line.BookedOn, minor)
        {
            ValueOn = line.ValueOn,
            Remittance = text,
        };
    }

    /// <summary>What tells one division of a line from another: the charges and what is open of them.</summary>
    private static string HashOf(List<List<NamedCharge>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[IdBytes + sizeof(long)];
        foreach (var charge in parts.SelectMany(part => part))
        {
            charge.Id.Value.TryWriteBytes(bytes);
            BinaryPrimitives.WriteInt64BigEndian(bytes[IdBytes..], charge.Open.AmountMinor);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
