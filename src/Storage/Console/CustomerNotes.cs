using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>What one of the merchant's people noted on a customer.</summary>
/// <param name="Who">The name of the person, or of the program.</param>
public sealed record CustomerNote(DateTimeOffset At, string Who, string Text);

/// <summary>The notes on customers. They are no part of the books, and go with the person's other data.</summary>
public sealed class CustomerNotes(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The most characters of a note.</summary>
    public const int MostLength = 2000;

    /// <summary>Keeps a note. Kept again by the same request, it is one.</summary>
    public Task<ChangeOutcome> AddAsync(AccountId account, string text, Origin by, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return database.ChangeOnceAsync(
            "INSERT INTO account_note (merchant_id, id, account_id, at, who, text) VALUES ($1, $2, $3, $4, $5, $6)",
            command => command.With(account.Merchant.Value).With(Guid.CreateVersion7(now)).With(account.Value).With(now.UtcDateTime)
                .With(by.Action!.Who).With(text),
            by, clock, cancel);
    }

    /// <summary>The notes on a customer, the newest first.</summary>
    public Task<IReadOnlyList<CustomerNote>> ListAsync(AccountId account, int limit, CancellationToken cancel) => database.AllAsync(
        // Index: account_note_of_account, backwards.
        """
        SELECT n.at, n.who, n.text FROM account_note n WHERE n.account_id = $2 AND n.merchant_id = $1
         ORDER BY n.account_id DESC, n.merchant_id DESC, n.id DESC LIMIT $3
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(limit),
        row => new CustomerNote(row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetString(2)), cancel);
}
