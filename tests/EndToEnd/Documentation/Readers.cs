namespace Quittance.Tests.Documentation;

/// <summary>What a reader of each guide has at hand, and puts in place of what the guide can't know.</summary>
internal sealed record Readers(string Before, params (string Written, string Typed)[] Filled)
{
    /// <summary>Guides of which another test takes each command apart and compares the answers; and what needs documents that are not ours to bring along.</summary>
    public static IReadOnlyList<string> RunByOthers { get; } = ["docs/connect.md", "docs/settlements.md", "tests/conformance/README.md"];

    private static readonly Dictionary<string, Readers> All = new(StringComparer.Ordinal)
    {
        ["CONTRIBUTING.md"] = new("", (".ci/run", "test -x \"$SOLUTION/.ci/run\"")),
        ["docs/production.md"] = new(
            "mkdir etc backups",
            ("'Host=db.example;Username=quittance;Password=secret;Database=quittance;SSL Mode=VerifyFull'", "\"$POSTGRES;Database=postgres\""),
            ("/etc/quittance", "$PWD/etc"),
            ("/var/backups", "$PWD/backups")),
        ["docs/providers.md"] = new(
            """
            attempt=$(unknown_attempt)
            quittance merchant create Northwind --data books > books.log
            """,
            ("<id>", "$attempt"), ("http://127.0.0.1:8090", "http://127.0.0.1:$SANDBOX_PORT")),
        ["docs/vault.md"] = new(
            "mkdir etc",
            ("quittance vault rotate --new-master-key-file", "cp .quittance/master.key etc/now.key; quittance vault rotate --new-master-key-file"),
            ("/etc/quittance", "$PWD/etc")),
        ["docs/webhooks.md"] = new(
            "",
            ("01a1f826-0b1c-7d2e-8f3a-4b5c6d7e8f90", "$(quittance webhook list --merchant 1 --json | first_id)"),
            ("rotate-secret --merchant 1 --api train-travel", "rotate-secret --merchant 1 --api train-travel --credential 10")),
        ["src/Dialects/TrainTravel/README.md"] = new("TOKEN=demo-rail"),
        ["src/Sandbox/README.md"] = new("", ("localhost:8090", "127.0.0.1:$SANDBOX_PORT")),
    };

    private static readonly Readers Nothing = new("");

    public static Readers Of(string file) => All.GetValueOrDefault(file, Nothing);

    /// <summary>A block as the reader types it.</summary>
    public string FillIn(string block) => Filled.Aggregate(block, (text, fill) => text.Replace(fill.Written, fill.Typed, StringComparison.Ordinal));
}
