using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Quittance.BackOffice.BankCollections.Writing;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Tests.Running;

namespace Quittance.Tests.Debits;

/// <summary>
/// Our files say the same as those of a writer that others made, the npm package <c>sepa</c>, value by value. Both are valid where the
/// schemas of ISO 20022 are there.
/// </summary>
public sealed class SepaLibraryTests
{
    private const string OurIban = "DE89370400440532013000";
    private const string OurName = "Fitness Studio GmbH";
    private const string OurBic = "COBADEFFXXX";
    private const string Identifier = "DE98ZZZ09999999999";
    private const string OldIdentifier = "NL79ZZZ999999990000";

    // EPC knows no instruction id that a creditor must give, and no identification of the creditor beside the scheme's.
    private static readonly string[] TheirsAlone = ["/PmtId/InstrId", "/Cdtr/Id/PrvtId/Othr/Id"];

    private static readonly DateTimeOffset CreatedAt = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Day = new(2026, 12, 1);

    private sealed record Part(string Id, long Cents, string Name, string Iban, string Text, string? Bic = null)
    {
        public string? Mandate { get; init; }

        public string? SignedOn { get; init; }

        public string? OldIdentifier { get; init; }
    }

    private sealed record Group(string Id, bool IsLump, string Day, Part[] Parts, string? Scheme = null, string? Sequence = null);

    private static readonly Part[] Debits =
    [
        new("E2E-1", 29_90, "Anna Bell", "AT611904300234573201", "Beitrag November") { Mandate = "M-1", SignedOn = "2025-01-31" },
        new("E2E-2", 1, "Jonas Weber", "NL91ABNA0417164300", "INV 2", "ABNANL2A") { Mandate = "M/2", SignedOn = "2026-11-19" },
        new("E2E-3", 12_345_67, "Marta Ruiz", "ES9121000418450200051332", "INV 3")
        {
            Mandate = "M.3", SignedOn = "2024-02-29", OldIdentifier = OldIdentifier,
        },
    ];

    private static readonly Part[] Transfers =
    [
        new("R-1", 5_00, "Anna Bell", "AT611904300234573201", "Refund 1"),
        new("R-2", 999_999_99, "Jonas Weber", "NL91ABNA0417164300", "Refund 2", "ABNANL2A"),
    ];

    [Fact]
    public async Task Debits_AreThoseOfTheLibrary()
    {
        Group[] groups =
        [
            new("G1", IsLump: true, "2026-12-01", Debits, "CORE", "RCUR"),
            new("G2", IsLump: true, "2026-12-01", Debits[..1], "CORE", "FRST"),
            new("G3", IsLump: true, "2026-12-01", Debits[1..2], "B2B", "OOFF"),
            new("G4", IsLump: true, "2026-12-01", Debits[..2], "CORE", "FNAL"),
        ];
        var ours = await TextOfAsync(stream => PainDebitWriter.WriteAsync(
            new DebitFile(
                "MSG-1", CreatedAt, new DebitCreditor(OurName, Iban.Parse(OurIban), OurBic, CreditorIdentifier.Parse(Identifier)),
                [.. groups.Select(GroupOf)]),
            stream, TestContext.Current.CancellationToken));

        await IsEqualAsync("pain.008.001.08", ours, new { name = OurName, iban = OurIban, bic = OurBic, identifier = Identifier }, groups);
    }

    [Fact]
    public async Task Transfers_AreThoseOfTheLibrary()
    {
        Group[] groups = [new("G1", IsLump: true, "2026-12-01", Transfers), new("G2", IsLump: false, "2026-12-01", Transfers[..1])];
        var ours = await TextOfAsync(stream => PainTransferWriter.WriteAsync(
            new TransferFile(
                "MSG-2", CreatedAt, new TransferPayer(OurName, Iban.Parse(OurIban), OurBic),
                [
                    .. groups.Select(group => new TransferGroup(
                        group.Id, Day, group.Parts.Length, group.Parts.Sum(part => part.Cents),
                        group.Parts.Select(part => new FileTransfer(part.Id, part.Cents, part.Name, Iban.Parse(part.Iban), part.Text)
                        {
                            PayeeBic = part.Bic,
                        }).ToAsyncEnumerable()) { IsBookedAsLump = group.IsLump }),
                ]),
            stream, TestContext.Current.CancellationToken));

        await IsEqualAsync("pain.001.001.09", ours, new { name = OurName, iban = OurIban, bic = OurBic }, groups);
    }

    private static DebitGroup GroupOf(Group group) => new(
        group.Id, Day, group.Scheme == "B2B" ? DebitScheme.B2B : DebitScheme.Core,
        group.Sequence switch
        {
            "OOFF" => DebitSequence.OneOff,
            "FRST" => DebitSequence.First,
            "FNAL" => DebitSequence.Final,
            _ => DebitSequence.Recurring,
        },
        group.Parts.Length, group.Parts.Sum(part => part.Cents), group.Parts.Select(part => new FileDebit(
            part.Id, part.Cents, part.Mandate!, DateOnly.Parse(part.SignedOn!), part.Name, Iban.Parse(part.Iban), part.Text)
        {
            DebtorBic = part.Bic,
            Amendment = part.OldIdentifier is { } old ? new MandateAmendment(null, CreditorIdentifier.Parse(old)) : null,
        }).ToAsyncEnumerable());

    private static async Task IsEqualAsync(string message, string ours, object party, Group[] groups)
    {
        var theirs = await TheirsAsync(new
        {
            message,
            id = ours.Contains("MSG-1", StringComparison.Ordinal) ? "MSG-1" : "MSG-2",
            createdOn = "2026-11-20",
            party,
            groups
        });
        Iso20022.IsValid(message, ours);

        Assert.Equal(ValuesOf(theirs).Where(value => !TheirsAlone.Any(alone => value.Path.EndsWith(alone, StringComparison.Ordinal))),
            ValuesOf(ours));
    }

    /// <summary>Each value with its path, in the order of the file; the time without its zone, which the library leaves out.</summary>
    private static List<(string Path, string Value)> ValuesOf(string xml)
    {
        List<(string, string)> values = [];
        Add(XDocument.Parse(xml).Root!, "");
        return values;

        void Add(XElement element, string above)
        {
            var path = $"{above}/{element.Name.LocalName}";
            if (element.Attribute("Ccy") is { } currency)
                values.Add(($"{path}@Ccy", currency.Value));
            if (!element.HasElements)
                values.Add((path, path.EndsWith("CreDtTm", StringComparison.Ordinal) ? element.Value.TrimEnd('Z') : element.Value));
            foreach (var part in element.Elements())
                Add(part, path);
        }
    }

    private static async Task<string> TextOfAsync(Func<Stream, Task> write)
    {
        using var stream = new MemoryStream();
        await write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static async Task<string> TheirsAsync(object file)
    {
        var script = Path.Combine(RunningProgram.Solution, "tests", "EndToEnd", "Debits", "write.mjs");
        var start = new ProcessStartInfo("node", [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["TZ"] = "UTC";
        using var node = Process.Start(start)!;
        var complaint = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new[] { file }, JsonSerializerOptions.Web));
        node.StandardInput.Close();
        var said = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await complaint);
        return JsonSerializer.Deserialize<string[]>(said)!.Single();
    }
}
