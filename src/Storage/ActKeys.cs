using Npgsql;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage;

/// <inheritdoc cref="IActKeys"/>
/// <remarks>The engine keeps the keys of its commands itself, so an act's own key has a scope beside theirs.</remarks>
public sealed class ActKeys(NpgsqlDataSource database, TimeProvider clock) : IActKeys
{
    /// <inheritdoc/>
    public Task<(KeyState State, ActResult? Result)> OnceAsync(KeyUse use, Func<Task<ActResult>> act, CancellationToken cancel)
    {
        var own = use with { Key = use.Key with { Scope = $"act {use.Key.Scope}" } };
        return database.ChangeAsync<(KeyState, ActResult?)>(async transaction =>
        {
            switch (await KeptKeys.TakeAsync(transaction.Connection!, own, clock, cancel))
            {
                case KeyState.New:
                    var result = await act();
                    if (!result.IsDone)
                        return (KeyState.New, result);
                    await transaction.ExecuteAsync(batch => With(batch.Statement(
                        "UPDATE kept_answer SET faults = $5 WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4"), own)
                        .With(result.Sentence), cancel);
                    await transaction.CommitDurablyAsync(cancel);
                    return (KeyState.New, result);
                case KeyState.Repeated:
                    var said = await transaction.Connection!.FirstAsync(
                        "SELECT faults FROM kept_answer WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4",
                        command => With(command, own), row => row.GetString(0), cancel);
                    return (KeyState.Repeated, ActResult.Done(said!));
                case var reused:
                    return (reused, null);
            }
        }, cancel);
    }

    private static NpgsqlBatchCommand With(NpgsqlBatchCommand command, KeyUse use) =>
        command.With(use.Key.Merchant.Value).With(use.Key.Scope).With(use.Key.Key).With(use.Key.Line);
}
