using System.Globalization;
using System.Text;
using Quittance.Sandbox.Bank;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>
/// What the bank books of single debits after the days of their file: customers pay once more under a debit's id, debits go back with the
/// bank's charges or with a fee in a line of its own, returns are corrected, and corrected ones go back again.
/// </summary>
/// <param name="givesChargesBack">
/// Whether a correction may bring the bank's charges too. Read before its return, it looks like the customer's money, charges and all.
/// </param>
internal sealed class LaterMovements(Random random, bool givesChargesBack)
{
    // Behind every return of the sandbox's bank.
    private const int DaysBehind = 45;

    private readonly Dictionary<string, Moved> _debits = new(StringComparer.Ordinal);
    private int _statements;

    /// <summary>The debits of which the bank booked more.</summary>
    public IReadOnlyDictionary<string, Moved> Debits => _debits;

    /// <summary>All that these lines add to the account, with the bank's charges.</summary>
    public long Cents { get; private set; }

    /// <summary>The statement of one more line of a file's debits; null where the bank took none of them on.</summary>
    public (string Name, byte[] File)? Next(byte[] order)
    {
        using var stream = new MemoryStream(order);
        var file = DebitOrder.Read(stream);
        var taken = file.Groups.SelectMany(group => group.Debits.Select(debit => (group.DueOn, Debit: debit)))
            .Where(one => one.Debit.Behaviour.Reject is null).ToList();
        if (taken.Count == 0)
            return null;
        var (dueOn, debit) = taken[random.Next(taken.Count)];
        if (!_debits.TryGetValue(debit.EndToEndId, out var moved))
        {
            var charges = debit.Behaviour.Return is null ? 0 : debit.Behaviour.ChargesCents;
            _debits[debit.EndToEndId] = moved = new Moved(debit, dueOn.AddDays(DaysBehind), debit.Behaviour.Return is not null, charges);
        }

        var line = moved.IsBack ? Correction(moved) : random.Next(3) == 0 ? PaidOnceMore(moved) : Return(moved);
        Cents += line.Cents;
        moved.LastOn = moved.LastOn.AddDays(random.Next(1, 3));
        var id = string.Create(CultureInfo.InvariantCulture, $"LM-{file.MessageId[..20]}-{++_statements}");
        return ($"statement-{moved.LastOn:yyyy-MM-dd} {line.What}", Statement(id, moved.LastOn, file.Iban, debit.EndToEndId, line));
    }

    private static Line PaidOnceMore(Moved moved)
    {
        moved.SettlesOthers = true;
        moved.NetCents += moved.Debit.Cents;
        return new Line("paid once more", moved.Debit.Cents);
    }

    private Line Return(Moved moved)
    {
        moved.IsBack = true;
        moved.NetCents -= moved.Debit.Cents;
        moved.ChargesCents = random.Next(2) * 300;
        return new Line("return", -moved.Debit.Cents - moved.ChargesCents)
        {
            Details = $"""
                <AmtDtls><InstdAmt>{Amount(moved.Debit.Cents)}</InstdAmt></AmtDtls>{(moved.ChargesCents == 0 ? ""
                    : $"<Chrgs><Rcrd>{Amount(moved.ChargesCents)}</Rcrd></Chrgs>")}<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>
                """,
        };
    }

    /// <summary>The fee of a return in a line of its own, or the bank's correction of the return, with or without its charges.</summary>
    private Line Correction(Moved moved)
    {
        if (moved is { ChargesCents: 0, HasFee: false } && random.Next(4) == 0)
        {
            moved.HasFee = true;
            return new Line("fee of a return", -(moved.ChargesCents = 250));
        }

        moved.IsBack = false;
        moved.SettlesOthers = true;
        moved.NetCents += moved.Debit.Cents;
        return new Line("correction", moved.Debit.Cents + (givesChargesBack ? random.Next(2) * moved.ChargesCents : 0))
        {
            IsReversal = random.Next(2) == 0,
        };
    }

    private static byte[] Statement(string id, DateOnly on, string iban, string debit, Line line)
    {
        var (day, side) = ($"{on:yyyy-MM-dd}", line.Cents < 0 ? "DBIT" : "CRDT");
        string Balance(string type, long cents) =>
            $"<Bal><Tp><CdOrPrtry><Cd>{type}</Cd></CdOrPrtry></Tp>{Amount(cents)}<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>";
        return Encoding.UTF8.GetBytes($"""
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
             <GrpHdr><MsgId>{id}</MsgId><CreDtTm>{day}T18:00:00Z</CreDtTm></GrpHdr>
             <Stmt><Id>{id}</Id><CreDtTm>{day}T18:00:00Z</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
              {Balance("OPBD", 1_000_00)}{Balance("CLBD", 1_000_00 + line.Cents)}
              <Ntry>{Amount(line.Cents)}<CdtDbtInd>{side}</CdtDbtInd>{(line.IsReversal ? "<RvslInd>true</RvslInd>" : "")}
               <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
               <AcctSvcrRef>{id}</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><Refs><EndToEndId>{debit}</EndToEndId></Refs>
               {Amount(line.Cents)}<CdtDbtInd>{side}</CdtDbtInd>{line.Details}</TxDtls></NtryDtls></Ntry>
             </Stmt></BkToCstmrStmt></Document>
            """);
    }

    private static string Amount(long cents) => string.Create(
        CultureInfo.InvariantCulture, $"<Amt Ccy=\"EUR\">{Math.Abs(cents) / 100}.{Math.Abs(cents) % 100:00}</Amt>");

    private sealed record Line(string What, long Cents)
    {
        public bool IsReversal { get; init; }

        public string Details { get; init; } = "";
    }
}

/// <summary>A debit of which the bank booked more than its file's lines.</summary>
internal sealed class Moved(OrderDebit debit, DateOnly lastOn, bool isBack, long chargesCents)
{
    public OrderDebit Debit => debit;

    public DateOnly LastOn { get; set; } = lastOn;

    /// <summary>Whether the bank has taken it back.</summary>
    public bool IsBack { get; set; } = isBack;

    /// <summary>The bank's charges of its last return.</summary>
    public long ChargesCents { get; set; } = chargesCents;

    /// <summary>
    /// Whether the bank took the fee of a return in a line of its own: of a second one a person has to say that it is one.
    /// </summary>
    public bool HasFee { get; set; }

    /// <summary>Whether money of it may have settled the member's other fees: it settles the oldest ones.</summary>
    public bool SettlesOthers { get; set; }

    /// <summary>What the later lines add, without the bank's charges.</summary>
    public long NetCents { get; set; }
}
