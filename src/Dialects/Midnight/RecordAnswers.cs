using System.Runtime.InteropServices;

namespace Quittance.Dialects.Midnight;

/// <summary>
/// What became of the records of a call, in their order and packed, since there may be millions: some bytes for a payment's number,
/// and next to nothing where a record was refused like the one before it that was.
/// </summary>
internal sealed class RecordAnswers
{
    private const int PieceSize = 32 * 1024;

    /// <summary>The most bytes of a packed number.</summary>
    private const int LongestNumber = 10;

    // What an entry begins with; any larger number is that of a payment, and FirstNumber more than it.
    private const ulong RefusedAlike = 0;
    private const ulong Refused = 1;
    private const ulong FirstNumber = 2;

    private readonly List<(byte[] Bytes, int Length)> _full = [];
    private byte[] _piece = new byte[PieceSize];
    private int _length;
    private IReadOnlyList<RecordError> _lastErrors = [];
    private ulong _alike;

    /// <summary>Adds the number of a record's payment.</summary>
    public void Add(long number)
    {
        EndAlike();
        MakeRoom(1);
        Write((ulong)number + FirstNumber);
    }

    /// <summary>Adds why a record was refused; at least one reason.</summary>
    public void Add(IReadOnlyList<RecordError> errors)
    {
        if (errors.SequenceEqual(_lastErrors))
        {
            _alike++;
            return;
        }

        EndAlike();
        _lastErrors = errors;
        MakeRoom(2 + (2 * errors.Count));
        Write(Refused);
        Write((ulong)errors.Count);
        foreach (var error in errors)
        {
            Write((ulong)error.Problem);
            Write((ulong)(error.Detail + 1));
        }
    }

    /// <summary>All of them: a payment's number, or 0 and the reasons, and of how many records in a row that holds.</summary>
    public IEnumerable<Entry> Read()
    {
        EndAlike();
        IReadOnlyList<RecordError> errors = [];
        foreach (var (bytes, length) in _full.Append((_piece, _length)))
        {
            for (var at = 0; at < length;)
            {
                var begin = Next(bytes, ref at);
                if (begin >= FirstNumber)
                {
                    yield return new Entry((long)(begin - FirstNumber), [], 1);
                    continue;
                }

                var count = Next(bytes, ref at);
                if (begin == Refused)
                    errors = ReadErrors(bytes, ref at, (int)count);
                yield return new Entry(0, errors, begin == Refused ? 1 : (long)count);
            }
        }
    }

    private static RecordError[] ReadErrors(byte[] bytes, ref int at, int count)
    {
        var errors = new RecordError[count];
        for (var index = 0; index < count; index++)
            errors[index] = new RecordError((RecordProblem)Next(bytes, ref at), (int)Next(bytes, ref at) - 1);
        return errors;
    }

    private static ulong Next(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (part & 0x7FUL) << shift;
            if (part < 0x80)
                return value;
        }
    }

    private void EndAlike()
    {
        if (_alike == 0)
            return;
        var alike = _alike;
        _alike = 0;
        MakeRoom(2);
        Write(RefusedAlike);
        Write(alike);
    }

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _piece[_length++] = (byte)(value | 0x80);
        _piece[_length++] = (byte)value;
    }

    /// <summary>Makes room for an entry of so many numbers, in one piece.</summary>
    private void MakeRoom(int numbers)
    {
        if (_length + (numbers * LongestNumber) <= _piece.Length)
            return;
        _full.Add((_piece, _length));
        _piece = new byte[Math.Max(PieceSize, numbers * LongestNumber)];
        _length = 0;
    }

    /// <summary>What became of a record, and of those after it of which the same became.</summary>
    /// <param name="Number">The number of its payment; 0 when nothing was stored.</param>
    /// <param name="Errors">Why nothing was stored, in the promised order.</param>
    /// <param name="Count">Of how many records.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Entry(long Number, IReadOnlyList<RecordError> Errors, long Count);
}
