using Npgsql;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Sandbox.Bank;
using Quittance.Storage.Verification;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>Compares the books with the bank's own at the end of a schedule.</summary>
internal sealed class BankReckoning(
    NpgsqlDataSource database, MerchantId merchant, IReadOnlyList<Asked> asked, IReadOnlyList<List<(string Name, byte[] File)>> atBank)
{
    public async Task CheckAsync()
    {
        var taken = atBank.SelectMany(files => OrderOf(files[0].File).Groups).SelectMany(group => group.Debits).ToList();
        if (taken.GroupBy(debit => debit.EndToEndId).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SimulationException($"The bank has the debit {twice.Key} in {twice.Count()} files.");
        var cents = 0L;
        foreach (var one in asked)
        {
            var debit = taken.SingleOrDefault(debit => debit.EndToEndId == Debit.NameOf(one.Capture));
            var isPaid = debit is { Behaviour: { Reject: null, Return: null } };
            cents += isPaid ? one.AmountMinor : debit?.Behaviour is { Reject: null, Return: not null } back ? -back.ChargesCents : 0;
            var openMinor = await OneAsync(
                "SELECT amount_minor - allocated_minor - credited_minor FROM charge WHERE id = $2", one.Fee.Value);
            if (openMinor != (isPaid ? 0 : one.AmountMinor))
            {
                throw new SimulationException(
                    $"Of {one.AmountMinor} for {Debit.NameOf(one.Capture)}, {openMinor} are open; the bank: {debit?.Behaviour}.");
            }

            if (debit is not null
                && await OneAsync(
                    "SELECT count(*) FROM attempt WHERE id = $2 AND status NOT IN ('approved', 'declined')", one.Capture.Value) > 0)
            {
                throw new SimulationException($"The debit {debit.EndToEndId} was not settled.");
            }
        }

        if (await OneAsync(BetweenSql, Guid.Empty) is not 0 and var between)
            throw new SimulationException($"{between} cents stand between the bank and the books.");
        if (await OneAsync(AtBankSql, Guid.Empty) is var books && books != cents)
            throw new SimulationException($"The bank's account has {cents} cents more, and the books say {books}.");
        if (await OneAsync("SELECT count(*) FROM settlement_line WHERE merchant_id = $1 AND status = 'open'", Guid.Empty)
            is not 0 and var open)
        {
            throw new SimulationException($"{open} lines of the bank are open.");
        }

        foreach (var report in await new Verifier(database).VerifyAsync(merchant, CancellationToken.None))
        {
            if (report.Differences is [var first, ..])
                throw new SimulationException($"{first.Rule}: {string.Join(", ", first.Examples)}");
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
