using System.Data;
using System.Numerics;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Verification;

/// <summary>A rule that does not hold.</summary>
/// <param name="Rule">The rule that should hold.</param>
/// <param name="Count">How many rows break it.</param>
/// <param name="Examples">The first of them.</param>
public sealed record Difference(string Rule, long Count, IReadOnlyList<string> Examples);

/// <summary>The sum of all ledger accounts of one kind and currency.</summary>
/// <param name="Kind">The line of the chart.</param>
/// <param name="DebitsMinor">All debits, minor units.</param>
/// <param name="CreditsMinor">All credits, minor units.</param>
public sealed record TrialBalanceLine(Currency Currency, LedgerKind Kind, BigInteger DebitsMinor, BigInteger CreditsMinor);

/// <summary>The result of verifying one merchant's books.</summary>
/// <param name="Counts">How many rows of each kind were looked at, in the order of the books.</param>
/// <param name="Differences">The rules that do not hold; empty when the books are clean.</param>
/// <param name="TrialBalance">The balances per currency and line of the chart.</param>
public sealed record VerificationReport(
    MerchantId Merchant, string Name, IReadOnlyList<(string What, long Count)> Counts, IReadOnlyList<Difference> Differences,
    IReadOnlyList<TrialBalanceLine> TrialBalance)
{
    /// <summary>The blocks that the check looked at.</summary>
    public required SealCount Seals { get; init; }

    /// <summary>Whether every rule holds.</summary>
    public bool IsClean => Differences.Count == 0;
}

/// <summary>
/// Recomputes every balance from the transfers and checks every rule of the books, on one snapshot: also right beside
/// a server at work. Reads only.
/// </summary>
/// <param name="keepsPlans">
/// Whether its statements stay prepared on the connections of the pool, for the next merchant: for a pool that does nothing else.
/// </param>
public sealed class Verifier(NpgsqlDataSource database, bool keepsPlans = false)
{
    private const int ExamplesKept = 20;

    // The chain of blocks, and the rows that they seal.
    private const int SealSteps = 2;

    /// <summary>How many rules are checked for each merchant.</summary>
    public static int RuleCount => Rules.All.Count + SealSteps;

    /// <summary>The rules that hold only where Quittance alone has written the books.</summary>
    public static IReadOnlyList<string> SealRules { get; } =
        [SealCheck.ChainRule, SealCheck.LastingRule, SealCheck.ProofRule, SealCheck.RowRule];

    /// <summary>Verifies all merchants, each by itself.</summary>
    /// <param name="progress">Gets the share of the rules that is checked, from 0 to 1.</param>
    /// <param name="against">Seals that were kept outside; the books must contain them.</param>
    public Task<IReadOnlyList<VerificationReport>> VerifyAsync(
        IProgress<double>? progress, CancellationToken cancel, IReadOnlyList<KeptSeal>? against = null) =>
        VerifyAsync(only: null, (_, part) => progress?.Report(part), cancel, against);

    /// <summary>Verifies one merchant.</summary>
    /// <param name="merchant">The merchant; nothing is verified where there is none.</param>
    public Task<IReadOnlyList<VerificationReport>> VerifyAsync(MerchantId merchant, CancellationToken cancel) =>
        VerifyAsync(only: merchant, onRule: null, cancel);

    /// <summary>Verifies one merchant.</summary>
    /// <param name="merchant">The merchant; nothing is verified where there is none.</param>
    /// <param name="progress">Gets the rule that is being checked.</param>
    public Task<IReadOnlyList<VerificationReport>> VerifyAsync(
        MerchantId merchant, IProgress<string>? progress, CancellationToken cancel) =>
        VerifyAsync(only: merchant, (rule, _) => progress?.Report(rule), cancel);

    // Tells which rule is checked next, and which part of them all is done.
    private async Task<IReadOnlyList<VerificationReport>> VerifyAsync(
        MerchantId? only, Action<string, double>? onRule, CancellationToken cancel, IReadOnlyList<KeptSeal>? against = null)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await QueryAsync(connection, "SET TRANSACTION READ ONLY", null, _ => 0, cancel);
        // To the node that a merchant lives on, where the books are distributed; elsewhere no such setting is read.
        await QueryAsync(connection, "SET LOCAL citus.propagate_set_commands = 'local'", null, _ => 0, cancel);
        // The rules join whole tables. Without statistics PostgreSQL takes a table for small, and compares each row with each.
        await QueryAsync(connection, "SET LOCAL enable_nestloop = off", null, _ => 0, cancel);
        var reports = await VerifyAsync(connection, only, onRule, cancel, against);
        if (!keepsPlans)
            connection.UnprepareAll();
        return reports;
    }

    /// <summary>Verifies in the transaction of a connection.</summary>
    internal static async Task<IReadOnlyList<VerificationReport>> VerifyAsync(
        NpgsqlConnection connection, MerchantId? only, Action<string, double>? onRule, CancellationToken cancel,
        IReadOnlyList<KeptSeal>? against = null)
    {
        var merchants = await QueryAsync(
            connection, "SELECT id, name FROM merchant ORDER BY id", null, row =>
                (new MerchantId(row.GetInt64(0)), row.GetString(1)), cancel);
        var verified = merchants.Where(merchant => only is null || merchant.Item1 == only).ToList();
        List<VerificationReport> reports = [];
        var checkedRules = 0;
        foreach (var (merchant, name) in verified)
        {
            reports.Add(await VerifyAsync(
                connection, merchant, name, [.. (against ?? []).Where(seal => seal.Merchant == merchant)],
                rule => onRule?.Invoke(rule, checkedRules++ / ((double)RuleCount * verified.Count)), cancel));
        }

        return reports;
    }

    private static async Task<VerificationReport> VerifyAsync(
        NpgsqlConnection connection, MerchantId merchant, string name, IReadOnlyList<KeptSeal> against, Action<string> onRule,
        CancellationToken cancel)
    {
        List<(string, long)> counts = [];
        foreach (var (what, table) in Rules.Counted)
        {
            var count = await QueryAsync(
                connection, $"SELECT count(*) FROM {table} WHERE merchant_id = $1", merchant, row => row.GetInt64(0), cancel);
            counts.Add((what, count[0]));
        }

        List<Difference> differences = [];
        foreach (var (rule, sql) in Rules.All)
        {
            onRule(rule);
            if (await CheckAsync(connection, rule, sql, merchant, cancel) is { } difference)
                differences.Add(difference);
        }

        var seals = new SealCheck(connection, merchant, against);
        differences.AddRange(await seals.CheckAsync(onRule, cancel));
        var lines = await QueryAsync(
            connection,
            "SELECT currency, kind, sum(debits_minor), sum(credits_minor) FROM ledger_account WHERE merchant_id = $1 GROUP BY currency, "
            + "kind",
            merchant,
            // What another's hand wrote may be no currency and no kind: a rule names the ledger account, and no line has it.
            row => Currency.TryParse(row.GetString(0), out var currency) && EnumWords.Find<LedgerKind>(row.GetString(1)) is { } kind
                ? new TrialBalanceLine(currency, kind, row.GetFieldValue<BigInteger>(2), row.GetFieldValue<BigInteger>(3)) : null,
            cancel);
        return new VerificationReport(
            merchant, name, counts, differences,
            [.. lines.OfType<TrialBalanceLine>().OrderBy(line => line.Currency.Code, StringComparer.Ordinal).ThenBy(line => line.Kind)])
        {
            Seals = seals.Count,
        };
    }

    /// <summary>Counts the rows that break a rule as they come, and keeps the first: they may be all rows of large books.</summary>
    private static async Task<Difference?> CheckAsync(
        NpgsqlConnection connection, string rule, string sql, MerchantId merchant, CancellationToken cancel)
    {
        await using var command = await PrepareAsync(connection, sql, merchant, cancel);
        await using var row = await command.ExecuteReaderAsync(cancel);
        long count = 0;
        List<string> examples = [];
        while (await row.ReadAsync(cancel))
        {
            if (count++ < ExamplesKept)
                examples.Add(row.GetString(0));
        }

        return count == 0 ? null : new Difference(rule, count, examples);
    }

    /// <summary>
    /// A statement about a merchant, which PostgreSQL plans for the first few merchants, and then for all: where they are many and small,
    /// planning the rules takes far longer than checking them.
    /// </summary>
    private static async Task<NpgsqlCommand> PrepareAsync(
        NpgsqlConnection connection, string sql, MerchantId? merchant, CancellationToken cancel)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (merchant is { } id)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id.Value });
            await command.PrepareAsync(cancel);
        }

        return command;
    }

    private static async Task<List<T>> QueryAsync<T>(
        NpgsqlConnection connection, string sql, MerchantId? merchant, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var command = await PrepareAsync(connection, sql, merchant, cancel);
        List<T> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }
}
