using System.Text.Json;

namespace Quittance.Storage.Backups;

/// <summary>
/// The form of a backup: a line that names it, then Brotli over frames, then SHA-256 of everything before. A frame is its kind (one
/// byte), its length (four bytes, big-endian) and its contents: the header, then for each table its rows and its summary, then the end.
/// </summary>
internal static class BackupFormat
{
    /// <summary>The largest frame. More is not read.</summary>
    public const int LargestFrame = 1024 * 1024;

    /// <summary>The rows of a table are cut into pieces of this size.</summary>
    public const int Piece = 128 * 1024;

    /// <summary>The length of SHA-256.</summary>
    public const int HashLength = 32;

    /// <summary>How every version begins.</summary>
    public static ReadOnlySpan<byte> Name => "quittance backup "u8;

    /// <summary>The first line of this version.</summary>
    public static ReadOnlySpan<byte> FirstLine => "quittance backup 1\n"u8;

    /// <summary>Whether this says that a file can't be written: no room, no leave, or more than its file system takes in a file.</summary>
    public static bool MeansUnwritable(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>How the header and the summaries are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}
