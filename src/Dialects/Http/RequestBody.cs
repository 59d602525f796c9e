using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Quittance.Dialects.Http;

/// <summary>A body read whole into a pooled buffer, which grows with what has arrived and not with what was announced.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstCapacity = 64 * 1024;

    /// <summary>One byte more than a body may have: a full buffer is too much.</summary>
    private readonly int _maxCapacity;

    private byte[]? _buffer;
    private int _length;

    private RequestBody(long? announced, long limit)
    {
        _maxCapacity = (int)Math.Min(limit, Array.MaxLength - 1) + 1;
        // The byte beyond the announced length is where the end of the body shows.
        var capacity = (int)Math.Min(Math.Min((announced + 1) ?? FirstCapacity, FirstCapacity), _maxCapacity);
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads to the end; the fault when it is too large or broken.</summary>
    public static async Task<(RequestBody? Body, EdgeFault? Fault)> ReadAsync(HttpContext http, long limit)
    {
        if (http.Request.ContentLength > limit)
            return (null, EdgeFault.BodyTooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;

        var body = new RequestBody(http.Request.ContentLength, limit);
        var isRead = false;
        try
        {
            var fault = await body.FillAsync(http);
            isRead = fault is null;
            return (isRead ? body : null, fault);
        }
        finally
        {
            if (!isRead)
                body.Dispose();
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

    private async Task<EdgeFault?> FillAsync(HttpContext http)
    {
        try
        {
            while (await http.Request.Body.ReadAsync(Free(), http.RequestAborted) is > 0 and var read)
            {
                _length += read;
                if (_length >= _maxCapacity)
                    return EdgeFault.BodyTooLarge;
            }

            return null;
        }
        catch (BadHttpRequestException bad)
        {
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? EdgeFault.BodyTooLarge : EdgeFault.BodyBroken;
        }
        catch (IOException)
        {
            // The client broke its upload off: its doing, and hardly there to be told.
            return EdgeFault.BodyBroken;
        }
    }

    /// <summary>Room for at least one more byte, and for none beyond the most a body may have.</summary>
    private Memory<byte> Free()
    {
        if (_length == _buffer!.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_length * 2L, _maxCapacity));
            _buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        return _buffer.AsMemory(_length, Math.Min(_buffer.Length, _maxCapacity) - _length);
    }
}
