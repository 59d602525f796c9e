using System.CommandLine;

namespace Quittance.Host.Cli;

/// <summary>The options by which a command finds its database.</summary>
internal static class DatabaseOptions
{
    /// <summary>An external PostgreSQL.</summary>
    public static Option<string?> Database { get; } = new("--database")
    {
        Description = "An external PostgreSQL (15 to 18) as a connection string (or in the variable QUITTANCE_DATABASE, where others can't read its password), such as \"Host=db;Username=quittance;Password=…;Database=quittance\"",
        HelpName = "connection",
        // On the command line, everyone on the machine can read it.
        DefaultValueFactory = _ => FromVariable(),
    };

    /// <summary>The data folder of the embedded PostgreSQL.</summary>
    public static Option<string> Data { get; } = new("--data")
    {
        Description = "The folder of the embedded PostgreSQL",
        HelpName = "folder",
        DefaultValueFactory = _ => ".quittance",
    };

    /// <summary>The connection string in the environment; null where there is none.</summary>
    public static string? FromVariable() => Environment.GetEnvironmentVariable("QUITTANCE_DATABASE");
}
