using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight;

/// <summary>
/// The answers to the records of a call, gathered in their order and kept small: a number, or a stretch of one common list
/// of errors.
/// </summary>
internal sealed class MidnightResponses
{
    /// <summary>After how many bytes a piece of the answer is sent.</summary>
    private const int PieceSize = 32 * 1024;

    private readonly List<Entry> _entries = [];
    private readonly List<RecordError> _errors = [];
    private Guid _lastPayment;
    private int _lastErrors;
    private int _replayed;

    /// <summary>How many payments are stored, by this call or an earlier one that it repeats.</summary>
    public int Stored { get; private set; }

    /// <summary>Takes in the answer to the next record.</summary>
    public void Add(RecordAnswer answer)
    {
        _entries.Add(new Entry(answer.Number, Keep(answer.Errors), answer.Errors.Count));
        if (answer.Replayed)
            _replayed++;
        if (!answer.IsStored)
            return;
        Stored++;
        _lastPayment = answer.Payment;
    }

    /// <summary>200: an answer to each record, whatever became of it.</summary>
    public Answer ToAnswer() => new(StatusCodes.Status200OK, Body: null)
    {
        LongBody = WriteAsync,
        // The header names one payment; where a call stores several, their numbers are in the answer.
        Payment = Stored == 1 ? _lastPayment : null,
        Replayed = _replayed > 0 && _replayed == _entries.Count,
    };

    /// <summary>Where in the common list these errors are. Neighbours that are wrong in the same way share them.</summary>
    private int Keep(IReadOnlyList<RecordError> errors)
    {
        if (errors.Count == 0 || errors.SequenceEqual(_errors.Skip(_lastErrors)))
            return _lastErrors;
        _lastErrors = _errors.Count;
        _errors.AddRange(errors);
        return _lastErrors;
    }

    private async Task WriteAsync(PipeWriter output, CancellationToken cancel)
    {
        await using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartArray();
        long sent = 0;
        foreach (var entry in _entries)
        {
            Write(writer, entry);
            if (writer.BytesCommitted + writer.BytesPending - sent < PieceSize)
                continue;
            await writer.FlushAsync(cancel);
            sent = writer.BytesCommitted;
            await output.FlushAsync(cancel);
        }

        writer.WriteEndArray();
        await writer.FlushAsync(cancel);
        await output.FlushAsync(cancel);
    }

    private void Write(Utf8JsonWriter writer, Entry entry)
    {
        writer.WriteStartObject();
        writer.WriteNumber("CustomerPaymentId"u8, entry.Number);
        if (entry.Number > 0)
        {
            writer.WriteString("CustomerPaymentNumber"u8, $"CP-{entry.Number:D6}");
            writer.WriteNull("Error"u8);
        }
        else
        {
            writer.WriteNull("CustomerPaymentNumber"u8);
            writer.WriteStartObject("Error"u8);
            writer.WriteStartArray("ErrorMessage"u8);
            for (var index = entry.FirstError; index < entry.FirstError + entry.ErrorCount; index++)
                Write(writer, _errors[index]);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RecordError error)
    {
        var (key, message) = MidnightErrors.TextOf(error);
        writer.WriteStartObject();
        writer.WriteString("Key"u8, key);
        writer.WriteString("Message"u8, message);
        writer.WriteEndObject();
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(long Number, int FirstError, int ErrorCount);
}
