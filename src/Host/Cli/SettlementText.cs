using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Settlements;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary>Tells of statements and their lines, to people or as JSON.</summary>
internal static class SettlementText
{
    private const int FaultsShown = 20;

    public static void Write(DeskOutcome outcome, string fileName)
    {
        if (outcome.Faults.Count > 0)
        {
            foreach (var fault in outcome.Faults.Take(FaultsShown))
                Terminal.Error.MarkupLineInterpolated($"[red]✗[/] {fault.ToString()}");
            Terminal.Error.MarkupLineInterpolated($"[red]✗[/] {fileName} is refused, and nothing of it was imported.");
            return;
        }

        foreach (var report in outcome.Reports)
        {
            var listed = report.Statement;
            var name = listed.Statement.Reference is { } reference ? $"{listed.Statement.Account}, {reference}" : listed.Statement.Account;
            Terminal.Out.MarkupLineInterpolated(
                $"{(listed.Open == 0 ? "✓" : "·")} [bold]{name}[/]: {(report.WasKnown ? "known already" : $"{report.NewLines} new lines")}; booked now {report.Booked}, {new Money(report.BookedMinor, listed.Statement.Currency)}.");
            Terminal.Out.MarkupLineInterpolated($"  Of its lines {listed.Booked} are booked, {listed.Open} open, {listed.Ignored} ignored, {listed.Elsewhere} on earlier statements.");
            if (listed.Open > 0)
                Terminal.Out.MarkupLineInterpolated($"  See what is open: quittance settlement list --open --merchant {listed.Statement.Id.Merchant.Value}");
        }

        if (outcome.Skipped > 0)
            Terminal.Out.MarkupLineInterpolated($"  Passed over, as the bank has not booked them or they move nothing: {outcome.Skipped}.");
    }

    public static void WriteJson(DeskOutcome outcome) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("statements");
        foreach (var report in outcome.Reports)
        {
            json.WriteStartObject();
            Write(json, report.Statement);
            json.WriteBoolean("known", report.WasKnown);
            json.WriteNumber("newLines", report.NewLines);
            json.WriteNumber("bookedNow", report.Booked);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("skipped", outcome.Skipped);
        json.WriteStartArray("faults");
        foreach (var fault in outcome.Faults)
        {
            json.WriteStartObject();
            json.WriteNumber("line", fault.Line);
            json.WriteString("column", fault.Column);
            json.WriteString("problem", fault.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static void Write(IReadOnlyList<ListedStatement> statements, bool isJson, bool isAll)
    {
        if (isJson)
        {
            Write(json =>
            {
                json.WriteStartArray();
                foreach (var listed in statements)
                {
                    json.WriteStartObject();
                    Write(json, listed);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return;
        }

        if (statements.Count == 0)
            Terminal.Out.MarkupLine("No statement was imported yet. Import one with: quittance settlement import");
        foreach (var listed in statements)
        {
            var statement = listed.Statement;
            Terminal.Out.MarkupLineInterpolated($"[bold]{statement.Account}[/] {statement.Reference} · {statement.Currency.Code} · {statement.FileName}, {statement.ImportedAt:yyyy-MM-dd}");
            Terminal.Out.MarkupLineInterpolated($"  lines {statement.Lines} · booked {listed.Booked} · open {listed.Open} · ignored {listed.Ignored}");
        }

        if (!isAll)
            Terminal.Out.MarkupLine("… and more: --json has them all.");
    }

    public static void Write(IReadOnlyList<SettlementLine> lines, bool isJson, bool isAll)
    {
        if (isJson)
        {
            Write(json =>
            {
                json.WriteStartArray();
                foreach (var line in lines)
                    Write(json, line);
                json.WriteEndArray();
            });
            return;
        }

        if (lines.Count == 0)
            Terminal.Out.MarkupLine("[green]✓[/] No line is open.");
        foreach (var line in lines)
        {
            Terminal.Out.MarkupLineInterpolated($"[bold]{line.Id.Value}[/]  {line.BookedOn:yyyy-MM-dd}  {line.Amount}{(line.Status == SettlementStatus.Open ? "" : $" · {line.Status.ToString().ToLowerInvariant()}")}");
            Terminal.Out.MarkupLineInterpolated($"  {line.Counterparty ?? line.Account} · {line.Remittance ?? line.EndToEnd}");
            Terminal.Out.MarkupLineInterpolated($"  [dim]{line.Note}[/]");
        }

        if (!isAll)
            Terminal.Out.MarkupLine("… and more: --json has them all.");
    }

    private static void Write(Utf8JsonWriter json, ListedStatement listed)
    {
        var statement = listed.Statement;
        json.WriteString("id", statement.Id.Value);
        json.WriteString("source", statement.Source.ToString().ToLowerInvariant());
        json.WriteString("account", statement.Account);
        json.WriteString("reference", statement.Reference);
        json.WriteString("currency", statement.Currency.Code);
        json.WriteNumber("lines", statement.Lines);
        json.WriteNumber("booked", listed.Booked);
        json.WriteNumber("open", listed.Open);
        json.WriteNumber("ignored", listed.Ignored);
        json.WriteString("file", statement.FileName);
        json.WriteString("importedAt", statement.ImportedAt);
    }

    private static void Write(Utf8JsonWriter json, SettlementLine line)
    {
        json.WriteStartObject();
        json.WriteString("id", line.Id.Value);
        json.WriteString("statement", line.Statement.Value);
        json.WriteString("bookedOn", line.BookedOn.ToString("O"));
        json.WriteString("kind", line.Kind.ToString().ToLowerInvariant());
        json.WriteString("amount", line.Amount.ToText(AmountDecimals.Full));
        json.WriteString("currency", line.Amount.Currency.Code);
        json.WriteString("counterparty", line.Counterparty);
        json.WriteString("remittance", line.Remittance);
        json.WriteString("endToEnd", line.EndToEnd);
        json.WriteString("status", line.Status.ToString().ToLowerInvariant());
        json.WriteString("note", line.Note);
        if (line.Payment is { } payment)
            json.WriteString("payment", payment.Value);
        json.WriteEndObject();
    }

    private static void Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            write(json);
        Terminal.Out.Profile.Out.Writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
