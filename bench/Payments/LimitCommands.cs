using Npgsql;
using NpgsqlTypes;
using Quittance.Bench.Books;
using Quittance.Core;
using Quittance.Core.Providers;

namespace Quittance.Bench.Payments;

/// <summary>
/// The prepared statements of one connection that write a payment, each in a commit of its own. Their parameters: $1 merchant, $2 slot,
/// $3 payment, $4 request, $5 account, $6 amount (minor units), $7 clearing, $8 credit, $9 time, $10 details, $11 authorisation, $12
/// capture, $13 instrument.
/// </summary>
internal sealed class LimitCommands(
    NpgsqlConnection connection, MerchantId merchant, string? details, IReadOnlyList<string> statements) : IAsyncDisposable
{
    private readonly NpgsqlCommand[] _commands = [.. statements.Select(statement => new NpgsqlCommand(statement, connection))];

    public async Task PrepareAsync(CancellationToken cancel)
    {
        foreach (var command in _commands)
        {
            command.Parameters.AddRange(new NpgsqlParameter[]
            {
                new NpgsqlParameter<long> { TypedValue = merchant.Value },
                new NpgsqlParameter<short>(), new NpgsqlParameter<Guid>(), new NpgsqlParameter<Guid>(), new NpgsqlParameter<Guid>(),
                new NpgsqlParameter<long>(), new NpgsqlParameter<Guid>(), new NpgsqlParameter<Guid>(),
                new NpgsqlParameter<DateTime> { NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { NpgsqlDbType = NpgsqlDbType.Json, Value = (object?)details ?? DBNull.Value },
                new NpgsqlParameter<Guid>(), new NpgsqlParameter<Guid>(), new NpgsqlParameter<Guid>(),
            });
            await command.PrepareAsync(cancel);
        }
    }

    /// <summary>Writes a payment with new ids.</summary>
    public async Task WriteAsync(int slot, KnownAccount account, Guid clearing, long amountMinor, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (payment, request) = (new PaymentId(merchant, Guid.CreateVersion7(now)), Guid.CreateVersion7(now));
        var (authorisation, capture) = (AttemptId.Of(payment, Verb.Authorise, 1), AttemptId.Of(payment, Verb.Capture, 1));
        foreach (var command in _commands)
        {
            Put(command, 2, (short)slot);
            Put(command, 3, payment.Value);
            Put(command, 4, request);
            Put(command, 5, account.Id);
            Put(command, 6, amountMinor);
            Put(command, 7, clearing);
            Put(command, 8, account.Credit);
            Put(command, 9, now.UtcDateTime);
            Put(command, 11, authorisation.Value);
            Put(command, 12, capture.Value);
            Put(command, 13, account.Instrument);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands)
            await command.DisposeAsync();
    }

    private static void Put<T>(NpgsqlCommand command, int number, T value) =>
        ((NpgsqlParameter<T>)command.Parameters[number - 1]).TypedValue = value;
}
