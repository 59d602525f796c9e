using System.CommandLine;
using System.Globalization;

namespace Quittance.Host.Cli;

/// <summary>The options that commands share, and the forms of the others.</summary>
internal static class Options
{
    /// <summary>
    /// A connection string. Others on the machine can read it on the command line. The variable is no default, since help prints defaults.
    /// </summary>
    public static Option<string?> Database { get; } = Text(
        "--database", "connection",
        "An external PostgreSQL (15 to 18) as a connection string, such as \"Host=db;Username=quittance;Password=…;Database=quittance\" "
        + "(or in the variable QUITTANCE_DATABASE, where others can't read its password)");

    public static Option<string> Data { get; } =
        WithDefault("--data", "folder", "The folder of the embedded PostgreSQL", () => ".quittance");

    public static Option<bool> Json { get; } = Flag("--json", "Print one JSON document on standard output");

    public static Option<long> Merchant { get; } = OfVariable("QUITTANCE_MERCHANT");

    /// <summary>For commands on the books of all merchants, or of one.</summary>
    public static Option<long?> OneMerchant { get; } = Of<long?>("--merchant", "id", "One merchant (default: all)");

    public static Option<string> Api { get; } = ApiOf("The API whose names and credentials are meant", isRequired: true);

    public static Option<string> ErasingReason { get; } =
        Required("--reason", "text", "Why; kept in the audit log, so do not name the person");

    /// <summary>The address of a server, which links begin with.</summary>
    public static Option<string> Server { get; } = WithDefault(
        "--server", "url", "The address under which people reach the server", () => "http://127.0.0.1:8080");

    public static Option<bool> Yes { get; } = Flag("--yes", "Erase without asking; only a backup can bring it back");

    /// <summary>The connection string that was typed, or the variable's; null for the embedded PostgreSQL.</summary>
    public static string? DatabaseOf(string? typed) => typed ?? Environment.GetEnvironmentVariable("QUITTANCE_DATABASE");

    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    public static Option<string> Required(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Required = true };

    public static Option<T> Of<T>(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    public static Option<T> WithDefault<T>(string name, string helpName, string description, Func<T> value) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => value() };

    public static Option<string?> Reason(bool isRequired) =>
        new("--reason") { Description = "Why; kept in the audit log", HelpName = "text", Required = isRequired };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<string> Choice(string name, string description, bool isRequired, params string[] choices) =>
        new Option<string>(name) { Description = description, Required = isRequired }.AcceptOnlyFromAmong(choices);

    public static Option<string> ApiOf(string description, bool isRequired)
    {
        var option = Choice("--api", description, isRequired, [.. Host.Api.All.Select(api => api.Dialect)]);
        option.HelpName = "name";
        return option;
    }

    /// <summary>The merchant, whom a variable names where the command does not.</summary>
    private static Option<long> OfVariable(string variable)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        var isNamed = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var named);
        Option<long> option = new("--merchant")
        {
            Description = $"The merchant's id (or in the variable {variable})",
            HelpName = "id",
            Required = string.IsNullOrEmpty(text),
        };
        if (!option.Required)
        {
            option.DefaultValueFactory = result =>
            {
                if (!isNamed)
                    result.AddError($"{variable} is no merchant's id.");
                return named;
            };
        }

        return option;
    }
}
