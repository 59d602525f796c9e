using Quittance.BackOffice.Acts;
using Quittance.Core.Acts;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankCollections;

/// <summary>A file that a program or a person hands in with an act.</summary>
public static class BankUpload
{
    /// <summary>The most bytes of a file: a whole request fits into memory.</summary>
    public const int Most = 20 * 1024 * 1024;

    /// <summary>The name of the ask.</summary>
    public const string File = "file";

    private const int ShownRemarks = 5;

    /// <summary>What it did not do, as the end of a text; empty for nothing.</summary>
    internal static string TextOf(IReadOnlyList<FileFault> remarks) => remarks.Count == 0 ? ""
        : $" {string.Join("; ", remarks.Take(ShownRemarks))}{(remarks.Count > ShownRemarks ? "; …" : "")}.";

    internal static Ask Ask(string meaning) =>
        new(File, AskKind.Text, "File", $"{meaning}: its bytes in Base64, at most 20 MiB of them.")
        {
            Most = (Most / 3 * 4) + 4,
            IsNoCard = true,
        };

    /// <summary>The bytes; null where the text is not in Base64, or has too many.</summary>
    internal static byte[]? BytesOf(string text) => Base64File.BytesOf(text, Most);

    internal static ActResult NoFile => ActResult.Wrong(File, "The bytes of a file in Base64, at most 20 MiB of them.");
}
