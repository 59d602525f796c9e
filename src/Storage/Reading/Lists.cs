using System.Data;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Books;

namespace Quittance.Storage.Reading;

/// <summary>Reads parts of lists: first which items they have, then the items.</summary>
internal static class Lists
{
    /// <summary>One part of a list, as the books were at one moment.</summary>
    /// <param name="database">The books.</param>
    /// <param name="table">The table of the items.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="viewsAsync">Reads items by their ids.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <param name="known">What is known of the table's lists; null where rows may go.</param>
    public static Task<ListSlice<TView>> ReadAsync<TView>(
        NpgsqlDataSource database, string table, ListQuery query,
        Func<NpgsqlConnection, MerchantId, Guid[], CancellationToken, Task<IReadOnlyDictionary<Guid, TView>>> viewsAsync,
        CancellationToken cancel, LongLists? known = null) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            var (ids, count) = await FindAsync(connection, table, query, known, cancel);
            Guid[] shown = [.. ids.Take(query.Limit)];
            var views = shown.Length == 0 ? new Dictionary<Guid, TView>() : await viewsAsync(connection, query.Merchant, shown, cancel);
            return new ListSlice<TView>([.. shown.Select(id => views[id])], ids.Count > query.Limit, count);
        });

    private static async Task<(IReadOnlyList<Guid> Ids, long Count)> FindAsync(
        NpgsqlConnection connection, string table, ListQuery query, LongLists? known, CancellationToken cancel)
    {
        var statement = new ListStatement(table, query);
        var isCounted = query.CountsUpTo > 0 && known?.Has(query) != true;
        await using var batch = new NpgsqlBatch(connection);
        statement.AddSettings(batch);
        statement.AddPage(batch);
        if (isCounted)
            statement.AddCount(batch);
        ListStatement.AddSettingsOfItems(batch);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        List<Guid> ids = [];
        while (await reader.ReadAsync(cancel))
            ids.Add(reader.GetGuid(0));
        if (!isCounted)
            return (ids, query.CountsUpTo);
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        var count = reader.GetInt64(0);
        known?.Keep(query, count);
        return (ids, count);
    }
}
