using System.CommandLine;

namespace Quittance.Host.Cli;

/// <summary>The options by which a command finds its database.</summary>
internal static class DatabaseOptions
{
    /// <summary>An external PostgreSQL.</summary>
    public static Option<string?> Database { get; } = new("--database")
    {
        Description = "An external PostgreSQL (15 to 18) as a connection string, such as \"Host=db;Username=quittance;Password=…;Database=quittance\"",
        HelpName = "connection",
    };

    /// <summary>The data folder of the embedded PostgreSQL.</summary>
    public static Option<string> Data { get; } = new("--data")
    {
        Description = "The folder of the embedded PostgreSQL",
        HelpName = "folder",
        DefaultValueFactory = _ => ".quittance",
    };
}
