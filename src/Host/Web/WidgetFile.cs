using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Quittance.Host.Web;

/// <summary>One file of the payment widget: as it is, and compressed in advance.</summary>
internal sealed class WidgetFile
{
    // The better one first.
    private static readonly (string Coding, string Extension)[] Codings = [("br", ".br"), ("gzip", ".gz")];

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        [""] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
    }.ToFrozenDictionary();

    private readonly string _mediaType;
    private readonly Variant _plain;
    private readonly Variant[] _compressed;

    private WidgetFile(string name, byte[] plain, Func<string, byte[]?> find)
    {
        Name = name;
        _mediaType = MediaTypes[Path.GetExtension(name)];
        _plain = Variant.Of(null, plain);
        _compressed = [.. Codings.Select(kind => (kind.Coding, Bytes: find(name + kind.Extension))).Where(kind => kind.Bytes is not null).Select(kind => Variant.Of(kind.Coding, kind.Bytes!))];
    }

    /// <summary>The file's name: <c>frame</c>, <c>widget.js</c>, or one with a hash.</summary>
    public string Name { get; }

    /// <summary>All files, from the program itself. None if it was built without Node.</summary>
    public static IReadOnlyList<WidgetFile> All()
    {
        const string prefix = "widget/";
        var assembly = typeof(WidgetFile).Assembly;
        var files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(name => name[prefix.Length..], Read);
        return [.. files.Where(file => MediaTypes.ContainsKey(Path.GetExtension(file.Key))).Select(file => new WidgetFile(file.Key, file.Value, files.GetValueOrDefault))];

        byte[] Read(string name)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>Answers with the file in the best coding that the browser takes, or says that it has it already.</summary>
    public IResult Answer(HttpContext context)
    {
        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        var variant = _compressed.FirstOrDefault(variant => accepted.Any(coding => coding.Value == variant.Coding && coding.Quality != 0)) ?? _plain;
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (variant.Coding is not null)
            context.Response.Headers.ContentEncoding = variant.Coding;
        return Results.Bytes(variant.Bytes, _mediaType, entityTag: variant.Tag);
    }

    private sealed record Variant(string? Coding, byte[] Bytes, EntityTagHeaderValue Tag)
    {
        public static Variant Of(string? coding, byte[] bytes) =>
            new(coding, bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\""));
    }
}
