namespace Quittance.BackOffice.Acts;

/// <summary>A file as JSON and forms carry it.</summary>
internal static class Base64File
{
    /// <summary>The bytes; null where the text is not in Base64, has none, or has more than so many.</summary>
    public static byte[]? BytesOf(string text, int most)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out var count) && count > 0 && count <= most ? bytes[..count] : null;
    }
}
