using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Quittance.Host.Web;

/// <summary>One file for browsers that the program brings along: as it is and, where it was compressed in advance, compressed.</summary>
internal sealed class EmbeddedFile
{
    // The better one first.
    private static readonly (string Coding, string Extension)[] Codings = [("br", ".br"), ("gzip", ".gz")];

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        [""] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private readonly string _mediaType;
    private readonly Variant _plain;
    private readonly Variant[] _compressed;

    private EmbeddedFile(string name, byte[] plain, Func<string, byte[]?> find)
    {
        Name = name;
        _mediaType = MediaTypes[Path.GetExtension(name)];
        _plain = Variant.Of(null, plain);
        Sha384 = SHA384.HashData(plain);
        _compressed =
            [.. Codings.Select(kind => (kind.Coding, Bytes: find(name + kind.Extension))).Where(kind => kind.Bytes is not null)
            .Select(kind => Variant.Of(kind.Coding, kind.Bytes!))];
    }

    /// <summary>The hash of the file as it is, before it is compressed.</summary>
    public ReadOnlyMemory<byte> Sha384 { get; }

    /// <summary>The file's name. A page has no extension.</summary>
    public string Name { get; }

    /// <summary>All files of a folder, from the program itself.</summary>
    /// <param name="folder">The folder, as the build named it.</param>
    /// <param name="from">The part of the program that has it; null for this one.</param>
    public static IReadOnlyList<EmbeddedFile> In(string folder, Assembly? from = null)
    {
        var prefix = $"{folder}/";
        var assembly = from ?? typeof(EmbeddedFile).Assembly;
        var files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[prefix.Length..], Read);
        return [.. files.Where(file => MediaTypes.ContainsKey(Path.GetExtension(file.Key)))
            .Select(file => new EmbeddedFile(file.Key, file.Value, files.GetValueOrDefault))];

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
        var variant = _compressed.FirstOrDefault(variant => accepted.Any(coding => coding.Value == variant.Coding && coding.Quality != 0))
            ?? _plain;
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
