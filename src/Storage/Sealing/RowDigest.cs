using Quittance.Core;

namespace Quittance.Storage.Sealing;

/// <summary>
/// The SHA-256 of one row after the other. A person's data goes into it behind a salt that is erased with the data: then no guess at the
/// data can be checked against the hash, while the hash stays valid.
/// </summary>
internal sealed class RowDigest
{
    public const int Size = Sha256.Size;

    private static readonly byte[] TableName = "table"u8.ToArray();
    private static readonly byte[] SaltName = "salt"u8.ToArray();

    /// <summary>The cells that are not personal.</summary>
    public CellBuffer Cells { get; } = new();

    public CellBuffer Personal { get; } = new();

    public void Begin(string table)
    {
        Cells.Clear();
        Personal.Clear();
        Cells.Add(TableName, table);
    }

    /// <summary>Writes the hash of the row whose cells were added since the beginning.</summary>
    /// <returns>False where the row has personal data and no salt is known for it.</returns>
    public bool TryEnd(Guid? salt, Span<byte> hash)
    {
        if (!Personal.IsEmpty)
        {
            if (salt is not { } key)
                return false;
            Cells.Add(SaltName, key);
            Cells.Append(Personal);
        }

        Sha256.Hash(Cells.Bytes, hash);
        return true;
    }
}
