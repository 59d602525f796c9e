using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.Midnight.Lists;

namespace Quittance.Dialects.Midnight;

/// <summary>The result of one record.</summary>
/// <param name="Number">The number of the payment; 0 when nothing was stored, or it is still to be looked up.</param>
/// <param name="Payment">The id of the payment; <see cref="Guid.Empty"/> when nothing was stored.</param>
/// <param name="Errors">Why nothing was stored, in the promised order.</param>
/// <param name="Replayed">Whether this repeats the answer to an earlier call.</param>
internal readonly record struct RecordAnswer(long Number, Guid Payment, IReadOnlyList<RecordError> Errors, bool Replayed)
{
    /// <summary>Whether the record was left undone for now.</summary>
    public bool IsUndone => Has(RecordProblem.NotProcessed);

    /// <summary>Whether the record may be stored or not.</summary>
    public bool IsUnknown => Has(RecordProblem.OutcomeUnknown);

    /// <summary>Whether an earlier call stored the payment, and its number is still to be looked up.</summary>
    public bool IsUnread => Number == 0 && IsStored;

    /// <summary>Whether there is a payment of the record, by this call or an earlier one that it repeats.</summary>
    public bool IsStored => Payment != Guid.Empty;

    /// <summary>Whether the record was refused for the key of the call.</summary>
    public bool IsKeyReused => Has(RecordProblem.KeyReused);

    /// <summary>A record that was refused.</summary>
    public static RecordAnswer Refused(IReadOnlyList<RecordError> errors, bool replayed) => new(0, Guid.Empty, errors, replayed);

    private bool Has(RecordProblem problem) => Errors.Any(error => error.Problem == problem);
}

/// <summary>
/// The results of a call's records, in their order and packed, since there may be millions: some bytes for a payment's number,
/// and next to nothing where a record was refused like the one before it that was.
/// </summary>
internal sealed class RecordAnswers
{
    private const int PieceSize = 32 * 1024;

    /// <summary>The most bytes of a packed number.</summary>
    private const int LongestNumber = 10;

    // The first number of an entry. Any larger number is that of a payment, plus FirstNumber.
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

    /// <summary>The result of a record, and of the records after it with the same result.</summary>
    /// <param name="Number">The number of its payment; 0 when nothing was stored.</param>
    /// <param name="Errors">Why nothing was stored, in the promised order.</param>
    /// <param name="Count">Of how many records.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Entry(long Number, IReadOnlyList<RecordError> Errors, long Count);
}

/// <summary>The answers to the records of a call, gathered in their order, and sent piece by piece once the last is there.</summary>
internal sealed class MidnightResponses
{
    private readonly RecordAnswers _answers = new();
    private Guid _lastPayment;
    private long _count;
    private long _replayed;

    /// <summary>How many payments are stored, by this call or an earlier one that it repeats.</summary>
    public long Stored { get; private set; }

    /// <summary>Takes in the answer to the next record. That of a stored payment without its number is only counted.</summary>
    public void Add(RecordAnswer answer)
    {
        _count++;
        if (answer.Replayed)
            _replayed++;
        if (!answer.IsStored)
        {
            _answers.Add(answer.Errors);
            return;
        }

        _answers.Add(answer.Number);
        Stored++;
        _lastPayment = answer.Payment;
    }

    /// <summary>200: an answer to each record, stored or refused.</summary>
    public Answer ToAnswer() => new(StatusCodes.Status200OK, Body: null)
    {
        LongBody = WriteAsync,
        // The header names one payment; where a call stores several, their numbers are in the answer.
        Payment = Stored == 1 ? _lastPayment : null,
        Replayed = _replayed > 0 && _replayed == _count,
    };

    private async Task WriteAsync(PipeWriter output, CancellationToken cancel)
    {
        await using var sent = new SentArray(output);
        sent.Begin();
        (IReadOnlyList<RecordError> Errors, ReadOnlyMemory<byte> Json) refused = ([], default);
        foreach (var entry in _answers.Read())
        {
            if (entry.Number == 0 && entry.Errors != refused.Errors)
                refused = (entry.Errors, Refusal(entry.Errors));
            for (long record = 0; record < entry.Count; record++)
            {
                if (entry.Number == 0)
                    sent.Items.WriteRawValue(refused.Json.Span, skipInputValidation: true);
                else
                    Write(sent.Items, entry.Number);
                await sent.SendFullAsync(cancel);
            }
        }

        await sent.EndAsync(cancel);
    }

    private static void Write(Utf8JsonWriter writer, long number)
    {
        writer.WriteStartObject();
        writer.WriteNumber("CustomerPaymentId"u8, number);
        writer.WriteString("CustomerPaymentNumber"u8, MidnightNames.PaymentNumber(number));
        writer.WriteNull("Error"u8);
        writer.WriteEndObject();
    }

    /// <summary>The answer to a record that was refused, written once for all that were for the same reasons.</summary>
    private static ReadOnlyMemory<byte> Refusal(IReadOnlyList<RecordError> errors) => JsonOutput.Bytes(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("CustomerPaymentId"u8, 0);
        writer.WriteNull("CustomerPaymentNumber"u8);
        writer.WriteStartObject("Error"u8);
        writer.WriteStartArray("ErrorMessage"u8);
        foreach (var error in errors)
            Write(writer, error);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, RecordError error)
    {
        var (key, message) = MidnightErrors.TextOf(error);
        writer.WriteStartObject();
        writer.WriteString("Key"u8, key);
        writer.WriteString("Message"u8, message);
        writer.WriteEndObject();
    }
}
