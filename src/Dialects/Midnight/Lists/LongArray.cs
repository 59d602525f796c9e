using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>An answer that is an array, sent piece by piece while its items are still being read.</summary>
internal static class LongArray
{
    private const int PieceSize = 32 * 1024;

    /// <summary>200 with the items. A failure before the first item still gets its usual answer.</summary>
    public static async Task<Answer> AnswerAsync<T>(IAsyncEnumerable<T> items, Resource<T> item, CancellationToken cancel)
    {
        var reading = items.GetAsyncEnumerator(cancel);
        var hasFirst = await reading.MoveNextAsync();
        return new Answer(
            StatusCodes.Status200OK, Body: null)
        { LongBody = (output, _) => WriteAsync(output, reading, hasFirst, item, cancel) };
    }

    private static async Task WriteAsync<T>(
        PipeWriter output, IAsyncEnumerator<T> reading, bool hasItem, Resource<T> item, CancellationToken cancel)
    {
        await using var items = reading;
        await using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartArray();
        // From here on a failure breaks the connection: a broken answer must not look whole.
        await writer.FlushAsync(cancel);
        await output.FlushAsync(cancel);
        for (var sent = writer.BytesCommitted; hasItem; hasItem = await items.MoveNextAsync())
        {
            item.Write(writer, items.Current);
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
}
