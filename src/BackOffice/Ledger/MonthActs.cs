using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.BackOffice.Acts;
using Quittance.BackOffice.Exports;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Books;
using Quittance.Storage;
using Quittance.Storage.Exporting;
using Quittance.Storage.Moments;
using Quittance.Storage.Sealing;

namespace Quittance.BackOffice.Ledger;

/// <summary>Closed months: nothing is booked into them any more.</summary>
public static class MonthActs
{
    public const string Name = "month";

    private const int Length = 7;

    private static readonly Ask Which = new(Name, AskKind.Text, "Month", "The month, such as 2026-10.") { Most = Length };

    public static DeclaredAct Close { get; } = new(
        "period.close", "Closes a month that is over",
        "What takes effect in it later is booked on the first open day. Its trial balance and the hash of its journal are kept.",
        OperatorRole.Admin, [Which], CloseAsync)
    {
        Operation = new("closeMonth", "months/close", "Ledger", Scopes.Administer),
    };

    public static DeclaredAct Reopen { get; } = new(
        "period.reopen", "Opens the last closed month again",
        "What takes effect in it is booked on its own day again. The closing stays on record.", OperatorRole.Admin, [Which], ReopenAsync)
    {
        Operation = new("reopenMonth", "months/reopen", "Ledger", Scopes.Administer),
    };

    private static ActResult NoMonth => ActResult.Wrong(Name, "This is no month. Name one such as 2026-10.");

    private static async Task<ActResult> CloseAsync(ActRequest request)
    {
        if (Month.Parse(request.Asked.Required(Name)) is not { } month)
            return NoMonth;
        var (books, clock, merchant) = (request.Part<NpgsqlDataSource>(), request.Part<TimeProvider>(), request.Merchant);
        var (periods, journal) = (new Periods(books, clock), new Journal(books));
        if (await RefusedAsync(periods, merchant, month, request.Cancel) is { } refused)
            return refused;
        switch (await journal.CloseAsync(merchant, month.LastDay, clock.GetUtcNow(), request.Cancel))
        {
            case Closing.NotEnded:
                return ActResult.Wrong(Name, $"{month} is not over: it ends with {month.LastDay:yyyy-MM-dd}.");
            case Closing.ReadOnly:
                return ActResult.Refused("The database permits only to read.");
            case Closing.ClocksDiffer:
                return ActResult.Refused(
                    "The clocks of this machine and of the database differ by more than a minute. Set them first.");
            case Closing.Closed:
                break;
        }

        var balances = await new MomentReading(books, new SlotCatchUp(books, clock))
            .TrialBalanceAsync(merchant, AsOf.Of(month.LastDay), request.Cancel);
        var (transfers, hash) = await HashAsync(journal, merchant, month, request.Cancel);
        // The audit log is sealed, and with it the hash.
        var by = request.By($"{month}", $"SHA-256 of its journal {Convert.ToHexStringLower(hash)}");
        var seal = await new Seals(books, clock).OfAsync(merchant, request.Cancel);
        return await periods.KeepAsync(merchant, month, balances.Lines, transfers, hash, seal, by, request.Cancel) switch
        {
            ChangeOutcome.Repeated => ActResult.Refused($"{month} is closed already."),
            ChangeOutcome.Nothing => ActResult.Refused(
                $"The month before {month} was opened again meanwhile. Close it first, and then {month}."),
            ChangeOutcome.Made => ActResult.Done(
                $"{month} is closed: {transfers:N0} transfers, SHA-256 of its journal {Convert.ToHexStringLower(hash)}."),
        };
    }

    /// <summary>Months are closed one after the other, each once.</summary>
    private static async Task<ActResult?> RefusedAsync(Periods periods, MerchantId merchant, Month month, CancellationToken cancel)
    {
        var last = await LastAsync(periods, merchant, cancel);
        if (last == month)
            return ActResult.Refused($"{month} is closed already.");
        if (month.FirstDay < last?.FirstDay)
            return ActResult.Refused($"{month} is closed already: all days up to the end of {last} are.");
        if (last is { } closed && closed.Next != month)
            return ActResult.Refused($"{closed.Next} is open. Close it first.");
        return await periods.FirstDayAsync(merchant, cancel) is { } first && first <= month.LastDay ? null
            : ActResult.Refused($"There is nothing to close: nothing is booked up to the end of {month}.");
    }

    private static async Task<ActResult> ReopenAsync(ActRequest request)
    {
        if (Month.Parse(request.Asked.Required(Name)) is not { } month)
            return NoMonth;
        var periods = new Periods(request.Part<NpgsqlDataSource>(), request.Part<TimeProvider>());
        if (await periods.ReopenAsync(request.Merchant, month, request.By($"{month}"), request.Cancel))
        {
            return ActResult.Done(
                $"{month} is open again: each event from {month.FirstDay:yyyy-MM-dd} on is booked on its effective day.");
        }

        return ActResult.Refused(await LastAsync(periods, request.Merchant, request.Cancel) is not { } last
            ? $"{month} is not closed: no month is."
            : last.FirstDay < month.FirstDay ? $"{month} is not closed. The last closed month is {last}."
            : $"Only the last closed month can be opened again: {last}.");
    }

    private static async Task<Month?> LastAsync(Periods periods, MerchantId merchant, CancellationToken cancel) =>
        (await periods.ListAsync(merchant, cancel)).FirstOrDefault(period => period.Reopened is null)?.Month;

    /// <summary>The hash of the month's journal, as <c>export journal</c> writes it as CSV.</summary>
    private static async Task<(long Transfers, byte[] Hash)> HashAsync(
        Journal journal, MerchantId merchant, Month month, CancellationToken cancel)
    {
        using var sha = SHA256.Create();
        long transfers = 0;
        await using (var hashed = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write))
        await using (var text = new StreamWriter(hashed, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
        {
            var writer = new JournalCsv(text);
            await writer.BeginAsync(new JournalScope(merchant, "", [], month.FirstDay, month.LastDay, IsClosed: true));
            await foreach (var entry in journal.ReadAsync(merchant, month.FirstDay, month.LastDay, null, cancel))
            {
                await writer.WriteAsync(entry);
                transfers++;
            }
        }

        return (transfers, sha.Hash!);
    }
}
