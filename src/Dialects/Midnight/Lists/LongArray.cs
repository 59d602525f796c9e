using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>An answer that is an array, sent piece by piece while its items are still being read.</summary>
internal static class LongArray
{
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
        await using var sent = new SentArray(output);
        sent.Begin();
        // From here on a failure breaks the connection: a broken answer must not look whole.
        await sent.SendAsync(cancel);
        for (; hasItem; hasItem = await items.MoveNextAsync())
        {
            item.Write(sent.Items, items.Current);
            await sent.SendFullAsync(cancel);
        }

        await sent.EndAsync(cancel);
    }
}
