namespace Quittance.Tests.Documentation;

/// <summary>The values that a reader of each guide has at hand, and puts in place of those that the guide can't know.</summary>
internal sealed record Readers(string Before, params (string Written, string Typed)[] Filled)
{
    /// <summary>
    /// Guides of which another test takes each command apart and compares the answers; what is typed before each guide; and what needs
    /// documents that are not ours to bring along.
    /// </summary>
    public static IReadOnlyList<string> RunByOthers { get; } =
        ["docs/README.md", "docs/connect.md", "tests/conformance/README.md"];

    private static readonly Dictionary<string, Readers> All = new(StringComparer.Ordinal)
    {
        ["CONTRIBUTING.md"] = new("", (".ci/run", "test -x \"$SOLUTION/.ci/run\"")),
        ["docs/bank.md"] = new(
            """
            collection() {
              quittance collect list --merchant 1 --json | node -p 'JSON.parse(require("fs").readFileSync(0))[0].collection.number'
            }
            # Whether the latest collection has as many of its debits in a state.
            has() {
              quittance collect list --merchant 1 --json |
                node -p 'JSON.parse(require("fs").readFileSync(0))[0].progress["'"$1"'"]' | grep -qx "$2"
            }
            """,
            ("number=97 ", "number=$(collection) "),
            ("dotnet run --project samples/Sandbox -- bank", "\"$SANDBOX\" bank"),
            ("quittance collect list --merchant 1", "quittance collect list --merchant 1; has collected 1; has returned 2"),
            ("retry run --dry --merchant 1", "retry run --dry --merchant 1 | grep -c 'payment .*: try 1'")),
        ["docs/providers.md"] = new(
            """
            attempt=$(unknown_attempt)
            quittance merchant create Northwind --data books > books.log
            """,
            ("<id>", "$attempt"), ("http://127.0.0.1:8090", "http://127.0.0.1:$SANDBOX_PORT"),
            // No provider answers, and no refund waits there: each command says so.
            ("quittance reconcile", "! quittance reconcile"),
            ("quittance refund paid", "! quittance refund paid"), ("quittance refund call-off", "! quittance refund call-off")),
        ["docs/production.md"] = new(
            """
            mkdir etc backups
            printf 'account,amount,currency,reference\nC-1001,120.00,EUR,INV-1\n' > bills.csv
            connection=$(sed -E "s/Database=[^;]*/Database=$READER/" <<< "$POSTGRES")
            """,
            ("'Host=db.example;Username=quittance;Password=secret;Database=quittance;SSL Mode=VerifyFull'", "\"$connection\""),
            ("/etc/quittance", "$PWD/etc"), ("/var/backups", "$PWD/backups"),
            // Books in which something has moved, so that there is something to restore and to export.
            ("--currency EUR --name \"R. Osei\"",
                "--currency EUR --name \"R. Osei\" --master-key-file \"$PWD/etc/master.key\"; "
                + "quittance charge import bills.csv --merchant 1 --api tmf676"),
            ("--output journal.csv", "--output journal.csv; grep -q '120.00' journal.csv"),
            ("--output books.journal", "--output books.journal; grep -q ' -120.00 EUR' books.journal"))
        { NeedsDatabase = true },
        ["docs/privacy.md"] = new(
            """
            quittance settlement import docs/examples/statement.csv --merchant 1 > import.log
            found() { quittance settlement find "Anna Bell" --merchant 1 --json | first_id; }
            quittance settlement match "$(found)" --merchant 1 --ignore --reason "of another company" > match.log
            """,
            ("settlement find \"Anna Bell\" --merchant 1", "settlement find \"Anna Bell\" --merchant 1 | grep 'Anna Bell'"),
            ("<line>", "\"$(found)\"")),
        ["docs/receivables.md"] = new("", ("# its id is 1", "; keep_serving books")),
        ["docs/settlements.md"] = new(
            """
            cat > more.csv <<'END'
            account,date,description,amount,currency
            DE89370400440532013000,2027-11-06,SANDBOX PAYOUT 17,33.00,EUR
            DE89370400440532013000,2027-11-06,not ours,7.00,EUR
            DE89370400440532013000,2027-11-06,several things,8.00,EUR
            DE89370400440532013000,2027-11-06,not ours either,9.00,EUR
            END
            """,
            ("# its id is 1", "; keep_serving books"),
            ("quittance verify", "quittance settlement import more.csv --merchant 1 --data books; quittance verify"),
            ("<line> --merchant 1 --charge", "$(line 115.50) --merchant 1 --charge"),
            ("<line> --merchant 1 --customer", "$(line 80.00) --merchant 1 --customer"),
            // There is no such payment: the server looks for it, and the line stays open.
            ("quittance settlement match <line> --merchant 1 --payment",
                "! quittance settlement match $(line 33.00) --merchant 1 --payment"),
            // Nor these payments, nor that collection.
            ("quittance settlement match <line> --merchant 1 --return",
                "! quittance settlement match $(line -4.90) --merchant 1 --return"),
            ("quittance settlement match <line> --merchant 1 --collection",
                "! quittance settlement match $(line 33.00) --merchant 1 --collection"),
            ("quittance settlement match <line> --merchant 1 --credit",
                "! quittance settlement match $(line 33.00) --merchant 1 --credit"),
            ("<line> --merchant 1 --provider", "$(line 33.00) --merchant 1 --provider"),
            ("<line> --merchant 1 --fee", "$(line -4.90) --merchant 1 --fee"),
            // Nothing is proposed for it.
            ("quittance settlement match <line> --merchant 1 --accept",
                "! quittance settlement match $(line 7.00) --merchant 1 --accept"),
            ("<line> --merchant 1 --ignore", "$(line 7.00) --merchant 1 --ignore"),
            ("settlement split <line> --merchant 1", "settlement split $(line 8.00) --merchant 1"),
            ("--lines <line>", "--lines $(line 9.00)")),
        ["docs/vault.md"] = new(
            "mkdir etc",
            ("quittance vault rotate --new-master-key-file",
                "cp .quittance/master.key etc/now.key; quittance vault rotate --new-master-key-file"),
            ("/etc/quittance", "$PWD/etc")),
        ["docs/webhooks.md"] = new(
            "",
            ("01a1f826-0b1c-7d2e-8f3a-4b5c6d7e8f90", "$(quittance webhook list --merchant 1 --json | first_id)"),
            // Nothing was given up within these seconds: it is looked for.
            // No receiver of the guide is there.
            ("quittance webhook test", "! quittance webhook test"),
            ("quittance webhook dead replay msg_", "! quittance webhook dead replay msg_")),
        ["src/Dialects/TrainTravel/README.md"] = new("TOKEN=demo-rail"),
        ["samples/Sandbox/README.md"] = new("", ("localhost:8090", "127.0.0.1:$SANDBOX_PORT")),
    };

    /// <summary>Whether an empty database of PostgreSQL is at hand, named by <c>$READER</c>.</summary>
    public bool NeedsDatabase { get; init; }

    private static readonly Readers Nothing = new("");

    public static Readers Of(string file) => All.GetValueOrDefault(file, Nothing);

    /// <summary>A block as the reader types it.</summary>
    public string FillIn(string block) =>
        Filled.Aggregate(block, (text, fill) => text.Replace(fill.Written, fill.Typed, StringComparison.Ordinal));
}
