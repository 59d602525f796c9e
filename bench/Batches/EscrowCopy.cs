using Npgsql;
using Quittance.Bench.Books;
using Quittance.Core;

namespace Quittance.Bench.Batches;

/// <summary>Copies the rows of payments into escrow, each by any customer.</summary>
internal sealed class EscrowCopy(MerchantId merchant, KnownAccounts accounts, int payments)
{
    // Above every number that the slots have given out.
    private long _lastNumber = 1_000_000_000;

    public Task WriteAsync(NpgsqlConnection connection, Random random, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        return PaymentCopy.WriteAsync(connection, merchant, [.. Enumerable.Range(0, payments).Select(_ => NewRow(random, now))], cancel);
    }

    private PaymentRow NewRow(Random random, DateTimeOffset now)
    {
        var slot = random.Next(MerchantId.Slots);
        var (account, credit, _) = accounts.Any(slot, random);
        var number = (Interlocked.Increment(ref _lastNumber) * MerchantId.Slots) + slot;
        return new PaymentRow(
            Guid.CreateVersion7(now), number, account, accounts.ClearingOf(slot), credit, random.Next(10, 100) * 100, "midnight",
            "captured", "unspecified", accounts.Details, now);
    }
}
