namespace Quittance.Storage.Sealing;

/// <summary>
/// The leaves of a block: one for each row that its commit put, and one for each row as it was before, which ended with it. A leaf is the
/// tag of the table, with <see cref="EndedBit"/> for a row that ended, and the hash of the row.
/// </summary>
internal sealed class Leaves
{
    public const int LeafSize = 1 + RowDigest.Size;

    public const byte EndedBit = 0x80;

    private byte[] _bytes = new byte[32 * LeafSize];
    private int _length;

    public bool IsEmpty => _length == 0;

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    public void Clear() => _length = 0;

    /// <summary>Adds a leaf; its hash is to be written into the result.</summary>
    public Span<byte> Add(byte tag, bool isEnded)
    {
        if (_length + LeafSize > _bytes.Length)
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        var leaf = _bytes.AsSpan(_length, LeafSize);
        _length += LeafSize;
        leaf[0] = isEnded ? (byte)(tag | EndedBit) : tag;
        return leaf[1..];
    }
}
