using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Quittance.Dialects.Http;

/// <summary>A body read whole into a pooled buffer.</summary>
internal sealed class RequestBody : IDisposable
{
    private byte[]? _buffer;
    private int _length;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads to the end; the fault when it is too large or broken.</summary>
    public static async Task<(RequestBody? Body, EdgeFault? Fault)> ReadAsync(HttpContext http, long limit)
    {
        if (http.Request.ContentLength > limit)
            return (null, EdgeFault.BodyTooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;

        var body = new RequestBody((int)(http.Request.ContentLength ?? 4096) + 1);
        try
        {
            while (await http.Request.Body.ReadAsync(body.Free(), http.RequestAborted) is > 0 and var read)
                body._length += read;
            return (body, null);
        }
        catch (BadHttpRequestException bad)
        {
            body.Dispose();
            return (null, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? EdgeFault.BodyTooLarge : EdgeFault.BodyBroken);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer)
            return;
        _buffer = null;
        // Bodies may hold what must not lie about in memory that others are given.
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
    }

    private Memory<byte> Free()
    {
        if (_length == _buffer!.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        return _buffer.AsMemory(_length);
    }
}
