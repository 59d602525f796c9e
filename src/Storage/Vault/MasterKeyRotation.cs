using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Vault;

/// <summary>
/// Changes the master key. A key that seals anything is on the disk before it does and stays there, so a rotation that is cut off at any
/// point leaves a key that opens the database, and can simply be repeated.
/// </summary>
public sealed class MasterKeyRotation(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The id of the master key that seals the database's data keys; null while there are none.</summary>
    public async Task<string?> CurrentIdAsync(CancellationToken cancel) =>
        (await DataKeys.MasterKeyIdsAsync(database, cancel)).SingleOrDefault();

    /// <summary>Seals the data keys by the key in a file, which is made if it is missing.</summary>
    /// <returns>The new key, and how many data keys it seals now.</returns>
    /// <exception cref="VaultException">A data key does not open, or a file can't be used. The database is unchanged.</exception>
    public async Task<(MasterKey Key, int Rewrapped)> ToFileAsync(
        MasterKey current, MasterKeyFile file, CancellationToken cancel, Func<MerchantId, Origin>? by = null)
    {
        var next = file.Read() ?? file.CreateUnlessThere(MasterKey.Generate());
        return (next, await RewrapAsync(current, next, by, cancel));
    }

    /// <summary>Seals the data keys by a new key, which then takes the place of the one in the file. That one is kept beside it.</summary>
    /// <returns>The new key, and how many data keys it seals now.</returns>
    /// <exception cref="VaultException">A data key does not open, or a file can't be used.</exception>
    public async Task<(MasterKey Key, int Rewrapped)> InPlaceAsync(
        MasterKey current, MasterKeyFile file, CancellationToken cancel, Func<MerchantId, Origin>? by = null)
    {
        // One that is left from a rotation that was cut off seals nothing yet, or FinishAsync would have taken it.
        var next = file.Next.Read() ?? file.Next.CreateUnlessThere(MasterKey.Generate());
        if (file.Former(current).CreateUnlessThere(current).Id != current.Id)
            throw new VaultException($"{file.Former(current).FullPath} holds another key than its name says. Move it away and repeat.");
        var rewrapped = await RewrapAsync(current, next, by, cancel);
        await FinishAsync(file, cancel);
        return (next, rewrapped);
    }

    /// <summary>Takes the last step of a rotation in place that was cut off after the database had been sealed by the new key.</summary>
    /// <returns>The key that the file holds; null when there is no file.</returns>
    /// <exception cref="VaultException">A file can't be used.</exception>
    public async Task<MasterKey?> FinishAsync(MasterKeyFile file, CancellationToken cancel)
    {
        var key = file.Read();
        if (await CurrentIdAsync(cancel) is not { } right || key?.Id == right || file.Next.Read() is not { } next || next.Id != right)
            return key;
        file.Next.MoveOver(file);
        return next;
    }

    private async Task<int> RewrapAsync(MasterKey current, MasterKey next, Func<MerchantId, Origin>? by, CancellationToken cancel) =>
        await CurrentIdAsync(cancel) is null
            ? throw new InvalidOperationException("Without a data key there is nothing to seal anew.")
            : await DataKeys.RewrapAsync(database, current, next, cancel, (batch, merchant) =>
            {
                if (by is not null)
                    OperatorActions.AddTo(batch, by(merchant), clock.GetUtcNow());
            });
}
