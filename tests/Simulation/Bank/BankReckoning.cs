using Npgsql;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Sandbox.Bank;
using Quittance.Storage.Verification;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>Compares the books with the bank's own at the end of a schedule.</summary>
internal sealed class BankReckoning(
    NpgsqlDataSource database, MerchantId merchant, IReadOnlyList<Asked> asked, IReadOnlyList<List<(string Name, byte[] File)>> atBank,
    LaterMovements later)
{
    /// <param name="mayWait">Whether lines may wait for a person: then the books say no more than the booked ones.</param>
    public async Task CheckAsync(bool mayWait)
    {
        var taken = atBank.SelectMany(files => OrderOf(files[0].File).Groups).SelectMany(group => group.Debits).ToList();
        if (taken.GroupBy(debit => debit.EndToEndId).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SimulationException($"The bank has the debit {twice.Key} in {twice.Count()} files.");
        if (await OneAsync(BetweenSql, Guid.Empty) is not 0 and var between)
            throw new SimulationException($"{between} cents stand between the bank and the books.");
        if (await OneAsync(AtBankSql, Guid.Empty) is var books && await OneAsync(BookedSql, Guid.Empty) is var booked && books != booked)
            throw new SimulationException($"The booked lines of the bank add up to {booked} cents, and the books say {books}.");
        var open = await OneAsync(
            "SELECT count(*) FROM settlement_line WHERE merchant_id = $1 AND $2::uuid IS NOT NULL AND status = 'open'", Guid.Empty);
        if (open == 0 || !mayWait)
            await CheckDebitsAsync(taken);
        if (open != 0 && !mayWait)
            throw new SimulationException($"{open} lines of the bank are open.");
        foreach (var report in await new Verifier(database).VerifyAsync(merchant, CancellationToken.None))
        {
            if (report.Differences is [var first, ..])
                throw new SimulationException($"{first.Rule}: {string.Join(", ", first.Examples)}");
        }
    }

    private async Task CheckDebitsAsync(IReadOnlyList<OrderDebit> taken)
    {
        var cents = later.Cents;
        foreach (var of in asked.GroupBy(one => one.Member))
        {
            var (collected, settlesOthers) = (0L, false);
            List<(Asked Asked, OrderDebit? Debit, long Cents)> debits = [];
            foreach (var one in of)
            {
                var debit = taken.SingleOrDefault(debit => debit.EndToEndId == Debit.NameOf(one.Capture));
                var moved = debit is null ? null : later.Debits.GetValueOrDefault(debit.EndToEndId);
                var isPaid = debit is { Behaviour: { Reject: null, Return: null } };
                cents += isPaid ? one.AmountMinor : debit?.Behaviour is { Reject: null, Return: not null } back ? -back.ChargesCents : 0;
                var net = (isPaid ? one.AmountMinor : 0) + (moved?.NetCents ?? 0);
                (collected, settlesOthers) = (collected + net, settlesOthers || moved is { SettlesOthers: true });
                debits.Add((one, debit, net));
            }

            await CheckOwedAsync(of.Key, collected);
            foreach (var (one, debit, net) in debits)
                await CheckAsync(one, debit, settlesOthers ? null : net);
        }

        if (await OneAsync(AtBankSql, Guid.Empty) is var books && books != cents)
            throw new SimulationException($"The bank's account has {cents} cents more, and the books say {books}.");
    }

    /// <summary>What a member owes, less credit, is what was asked for, less what the bank has of it.</summary>
    private async Task CheckOwedAsync(AccountId member, long collectedCents)
    {
        var raised = await OneAsync(
            "SELECT coalesce(sum(amount_minor), 0)::bigint FROM charge WHERE merchant_id = $1 AND account_id = $2", member.Value);
        var owed = await OneAsync(OwedSql, member.Value);
        if (owed != raised - collectedCents)
            throw new SimulationException($"Of {raised} cents the bank has {collectedCents} of a member, who owes {owed}.");
    }

    /// <param name="netCents">What the bank has of it; null where the member's money may have paid other fees.</param>
    private async Task CheckAsync(Asked one, OrderDebit? debit, long? netCents)
    {
        var openMinor = await OneAsync(
            "SELECT amount_minor - allocated_minor - credited_minor FROM charge WHERE merchant_id = $1 AND id = $2", one.Fee.Value);
        if (netCents is { } net && openMinor != one.AmountMinor - net)
        {
            throw new SimulationException(
                $"Of {one.AmountMinor} for {Debit.NameOf(one.Capture)}, {openMinor} are open; the bank has {net}: {debit?.Behaviour}.");
        }

        if (debit is not null
            && await OneAsync(
                "SELECT count(*) FROM attempt WHERE merchant_id = $1 AND id = $2 AND status NOT IN ('approved', 'declined')",
                one.Capture.Value) > 0)
        {
            throw new SimulationException($"The debit {debit.EndToEndId} was not settled.");
        }
    }

    private const string BetweenSql = """
        SELECT coalesce(sum(abs(balance)), 0)::bigint FROM (
            SELECT sum(debits_minor - credits_minor) AS balance FROM ledger_account
             WHERE merchant_id = $1 AND kind = 'clearing' AND purpose IN ('bank', 'payout:bank') AND $2::uuid IS NOT NULL
             GROUP BY purpose) x
        """;

    private const string AtBankSql = """
        SELECT coalesce(sum(debits_minor - credits_minor), 0)::bigint FROM ledger_account
         WHERE merchant_id = $1 AND kind = 'bank' AND $2::uuid IS NOT NULL
        """;

    private const string BookedSql = """
        SELECT coalesce(sum(amount_minor), 0)::bigint FROM settlement_line
         WHERE merchant_id = $1 AND kind = 'entry' AND status = 'booked' AND $2::uuid IS NOT NULL
        """;

    private const string OwedSql = """
        SELECT coalesce(sum(debits_minor - credits_minor), 0)::bigint FROM ledger_account
         WHERE merchant_id = $1 AND holder_id = $2 AND kind IN ('receivable', 'credit')
        """;

    private static DebitOrder OrderOf(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return DebitOrder.Read(stream);
    }

    private async Task<long> OneAsync(string sql, Guid id)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = merchant.Value });
        command.Parameters.Add(new() { Value = id });
        return Convert.ToInt64(await command.ExecuteScalarAsync(CancellationToken.None), System.Globalization.CultureInfo.InvariantCulture);
    }
}
