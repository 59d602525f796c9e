using System.IO.Pipelines;
using System.Text.Json;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>A JSON array that is sent piece by piece while its items are written.</summary>
internal sealed class SentArray(PipeWriter output) : IAsyncDisposable
{
    private const int PieceSize = 32 * 1024;

    private long _sent;

    /// <summary>Takes the items, one value each.</summary>
    public Utf8JsonWriter Items { get; } = new(output, JsonOutput.Options);

    public void Begin() => Items.WriteStartArray();

    /// <summary>Sends the items that wait, where they fill a piece.</summary>
    public ValueTask SendFullAsync(CancellationToken cancel) =>
        Items.BytesCommitted + Items.BytesPending - _sent < PieceSize ? ValueTask.CompletedTask : new ValueTask(SendAsync(cancel));

    public async Task SendAsync(CancellationToken cancel)
    {
        await Items.FlushAsync(cancel);
        _sent = Items.BytesCommitted;
        await output.FlushAsync(cancel);
    }

    public Task EndAsync(CancellationToken cancel)
    {
        Items.WriteEndArray();
        return SendAsync(cancel);
    }

    public ValueTask DisposeAsync() => Items.DisposeAsync();
}
