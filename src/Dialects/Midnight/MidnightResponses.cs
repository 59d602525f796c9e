using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight;

/// <summary>The answers to the records of a call, gathered in their order, and sent piece by piece once the last is there.</summary>
internal sealed class MidnightResponses
{
    /// <summary>After how many bytes a piece of the answer is sent.</summary>
    private const int PieceSize = 32 * 1024;

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

    /// <summary>200: an answer to each record, whatever became of it.</summary>
    public Answer ToAnswer() => new(StatusCodes.Status200OK, Body: null)
    {
        LongBody = WriteAsync,
        // The header names one payment; where a call stores several, their numbers are in the answer.
        Payment = Stored == 1 ? _lastPayment : null,
        Replayed = _replayed > 0 && _replayed == _count,
    };

    private async Task WriteAsync(PipeWriter output, CancellationToken cancel)
    {
        await using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartArray();
        long sent = 0;
        (IReadOnlyList<RecordError> Errors, ReadOnlyMemory<byte> Json) refused = ([], default);
        foreach (var entry in _answers.Read())
        {
            if (entry.Number == 0 && entry.Errors != refused.Errors)
                refused = (entry.Errors, Refusal(entry.Errors));
            for (long record = 0; record < entry.Count; record++)
            {
                if (entry.Number == 0)
                    writer.WriteRawValue(refused.Json.Span, skipInputValidation: true);
                else
                    Write(writer, entry.Number);
                if (writer.BytesCommitted + writer.BytesPending - sent < PieceSize)
                    continue;
                await writer.FlushAsync(cancel);
                sent = writer.BytesCommitted;
                await output.FlushAsync(cancel);
            }
        }

        writer.WriteEndArray();
        await writer.FlushAsync(cancel);
        await output.FlushAsync(cancel);
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
