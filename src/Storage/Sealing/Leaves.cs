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

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

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

    /// <summary>Reads the leaves one after the other, each with the tag alone, and whether it ended.</summary>
    public ref struct Reader(ReadOnlySpan<byte> leaves)
    {
        private readonly byte[] _leaf = new byte[LeafSize];
        private ReadOnlySpan<byte> _rest = leaves;
        private bool _isEnded;

        public readonly Entry Current => new(_leaf, _isEnded);

        public readonly Reader GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_rest.Length < LeafSize)
                return false;
            _rest[..LeafSize].CopyTo(_leaf);
            _rest = _rest[LeafSize..];
            _isEnded = (_leaf[0] & EndedBit) != 0;
            _leaf[0] &= unchecked((byte)~EndedBit);
            return true;
        }
    }

    public readonly ref struct Entry(byte[] leaf, bool isEnded)
    {
        public void Deconstruct(out ReadOnlySpan<byte> bytes, out bool hasEnded)
        {
            bytes = leaf;
            hasEnded = isEnded;
        }
    }
}
