using System.Collections.Frozen;

namespace Quittance.Storage.Tenancy;

/// <summary>Words and passwords that leaks of other sites have most often, in lower case.</summary>
public static class CommonPasswords
{
    private const string Resource = "common-passwords.txt";

    public static IReadOnlySet<string> All { get; } = Read();

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The list of common passwords is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
