using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Midnight;

/// <summary>The party that took the money. It decides how the record is checked and what its details are.</summary>
public enum RequestSource
{
    /// <summary><c>Other</c>, the default: the caller's details say what the money is for.</summary>
    Other,

    /// <summary><c>PRCMerchant</c>: a shop has taken the money already; the one detail follows from the order number.</summary>
    PrcMerchant,

    /// <summary>An unknown value. All other checks treat it as <see cref="Other"/>.</summary>
    Unknown,
}

/// <summary>The purpose of the money of a payment detail.</summary>
public enum PaymentLabel
{
    /// <summary>Missing, or an unknown value.</summary>
    Unknown,

    /// <summary>Held for orders to come.</summary>
    Escrow,

    /// <summary>Reserved for an order: pays the deposit that it asked for.</summary>
    Earmarked,

    /// <summary>Pays the services of an order.</summary>
    Services,

    /// <summary>Pays the postage of an order.</summary>
    Postage,
}

/// <summary>A <c>CustomerPaymentDetailInsert</c> as it was sent.</summary>
/// <param name="IsNull">Whether the element was <c>null</c>; it has no members then.</param>
/// <param name="OrderId">The order; 0 when it is missing.</param>
/// <param name="Label">The purpose of the money.</param>
/// <param name="AmountBilled">How much, in major units of the installation's currency; null when it is missing.</param>
public readonly record struct PaymentDetail(bool IsNull, long OrderId, PaymentLabel Label, DecimalNumber? AmountBilled);

/// <summary>
/// A <c>CustomerPaymentInsert</c> as it was sent. One instance is filled again for each record of a call: the records of a
/// call, which may be a million, are never in memory together but as its body.
/// </summary>
public sealed class PaymentRecord
{
    /// <summary>How many details a record may have (Midnight 5, limits).</summary>
    public const int MaxDetails = 1000;

    private PaymentDetail[] _details = new PaymentDetail[4];

    /// <summary>Whether the element was <c>null</c>; it has no members then.</summary>
    public bool IsNull { get; set; }

    /// <summary>The customer; 0 when it is missing.</summary>
    public long CustomerId { get; set; }

    /// <summary>The whole payment, in major units of a currency that the installation knows; null when it is missing.</summary>
    public DecimalNumber? AmountBilled { get; set; }

    /// <summary>The party that took the money.</summary>
    public RequestSource Source { get; set; }

    /// <summary>The number of an order; null when it is missing.</summary>
    public string? OrderNumber { get; set; }

    /// <summary>How many details were sent; 0 when the list is missing or <c>null</c>.</summary>
    public int DetailCount { get; private set; }

    /// <summary>Whether there are more details than <see cref="MaxDetails"/>.</summary>
    public bool HasTooManyDetails => DetailCount > MaxDetails;

    /// <summary>The details, at most <see cref="MaxDetails"/> of them; overwritten when the next record is read.</summary>
    public ReadOnlySpan<PaymentDetail> Details => _details.AsSpan(0, Math.Min(DetailCount, MaxDetails));

    /// <summary>Takes a detail in. Those beyond <see cref="MaxDetails"/> are counted, and not kept.</summary>
    public void Add(PaymentDetail detail)
    {
        if (DetailCount == _details.Length && DetailCount < MaxDetails)
            Array.Resize(ref _details, Math.Min(DetailCount * 2, MaxDetails));
        if (DetailCount < MaxDetails)
            _details[DetailCount] = detail;
        DetailCount++;
    }

    /// <summary>Forgets the record.</summary>
    public void Clear()
    {
        IsNull = false;
        CustomerId = 0;
        AmountBilled = null;
        Source = RequestSource.Other;
        OrderNumber = null;
        DetailCount = 0;
    }
}

/// <summary>
/// Reads the body of a payment call record by record, without building a document of it: bodies reach 256 MB. It never throws;
/// what is wrong gathers in <see cref="Faults"/>. Lenient where the original is (Midnight 5, input reading):
/// names in any case, unknown members ignored, numbers in strings. Strict where two readers could understand a body
/// differently: a known member that stands twice is a fault.
/// </summary>
/// <param name="utf8">The body; must not change while it is read. A byte order mark is skipped.</param>
public sealed class PaymentReader(ReadOnlySequence<byte> utf8)
{
    /// <summary>How many faults are kept; reading ends with the last of them.</summary>
    public const int MaxFaults = 50;

    /// <summary>Nothing that a member of ours can be called or can say is longer, in bytes.</summary>
    private const int LongestText = 16 * 1024;

    private const string NotAnInteger = "Must be an integer.";
    private const string NotANumber = "Must be a decimal number.";
    private const string NotAText = "Must be a string of valid text.";
    private const string GivenTwice = "Is given more than once.";

    // Stands for a longer text, of which no copy is made: no name, no value to choose from, no number, and that of no order.
    private static readonly byte[] TooLong = [.. Enumerable.Repeat((byte)'-', 1024)];

    private readonly List<BodyFault> _faults = [];
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = JsonBody.MaxDepth });
    private SequencePosition _at = utf8.FirstSpan.StartsWith("\uFEFF"u8) ? utf8.GetPosition("\uFEFF"u8.Length) : utf8.Start;
    private int _index = -1;
    private bool _ended;

    /// <summary>
    /// The members of a record and of its details, as bits: a set of them holds the members that an object has had so far.
    /// </summary>
    [Flags]
    private enum Members
    {
        Unknown = 0,
        CustomerId = 1,
        AmountBilled = 2,
        CustomerPaymentDetailList = 4,
        RequestSource = 8,
        OrderNumber = 16,
        OrderId = 32,
        PaymentLabel = 64,
    }

    /// <summary>The faults found so far, in their order.</summary>
    public IReadOnlyList<BodyFault> Faults => _faults;

    /// <summary>Reads the whole body and says what is wrong with it; empty when every record of it can be read.</summary>
    public static IReadOnlyList<BodyFault> FindFaults(ReadOnlySequence<byte> utf8)
    {
        if (BytePieces.IsBlank(utf8))
            return [new BodyFault("", new JsonFault(JsonFaultKind.Empty).Message)];
        if (!BytePieces.IsUtf8(utf8))
            return [new BodyFault("", new JsonFault(JsonFaultKind.NotUtf8).Message)];

        var reader = new PaymentReader(utf8);
        var record = new PaymentRecord();
        while (reader.TryRead(record))
        {
            // Read to the end: a fault may be in the last byte.
        }

        return reader.Faults;
    }

    /// <summary>Reads the next record into <paramref name="record"/>; false where nothing further can be read.</summary>
    public bool TryRead(PaymentRecord record)
    {
        record.Clear();
        if (_ended)
            return false;

        var reader = new Utf8JsonReader(utf8.Slice(_at), isFinalBlock: true, _state);
        try
        {
            _ended = !TryReadNext(ref reader, record) || _faults.Count == MaxFaults;
        }
        catch (JsonException exception)
        {
            // Also thrown where the body is nested too deeply: the reader does not distinguish the two.
            var (line, position) = ((exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1);
            Add("", new JsonFault(JsonFaultKind.NotJson, "", line, position).Message);
            _ended = true;
        }

        _at = reader.Position;
        _state = reader.CurrentState;
        return !_ended;
    }

    private bool TryReadNext(ref Utf8JsonReader reader, PaymentRecord record)
    {
        reader.Read();
        if (_index < 0)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                Add("", "Must be an array of payments.");
                return false;
            }

            reader.Read();
        }

        if (reader.TokenType == JsonTokenType.EndArray)
        {
            // Throws when something follows.
            reader.Read();
            return false;
        }

        _index++;
        ReadRecord(ref reader, record);
        return true;
    }

    private void ReadRecord(ref Utf8JsonReader reader, PaymentRecord record)
    {
        record.IsNull = reader.TokenType == JsonTokenType.Null;
        if (record.IsNull || !IsObject(ref reader, detail: -1))
            return;

        var seen = Members.Unknown;
        while (TryReadMember(ref reader, detail: -1, ref seen, out var member))
            ReadRecordMember(ref reader, record, member);
    }

    private void ReadRecordMember(ref Utf8JsonReader reader, PaymentRecord record, Members member)
    {
        switch (member)
        {
            case Members.CustomerId:
                record.CustomerId = ReadId(ref reader, -1, member);
                break;
            case Members.AmountBilled:
                record.AmountBilled = ReadNumber(ref reader, -1, member);
                break;
            case Members.CustomerPaymentDetailList:
                ReadDetails(ref reader, record);
                break;
            case Members.RequestSource:
                record.Source = SourceOf(ReadText(ref reader, -1, member));
                break;
            case Members.OrderNumber:
                record.OrderNumber = reader.TokenType == JsonTokenType.Null
                    ? null
                    : Encoding.UTF8.GetString(ReadText(ref reader, -1, member));
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadDetails(ref Utf8JsonReader reader, PaymentRecord record)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Add(Key(-1, Members.CustomerPaymentDetailList), "Must be an array of payment details.");
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            record.Add(ReadDetail(ref reader, record.DetailCount));
    }

    private PaymentDetail ReadDetail(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return new PaymentDetail(IsNull: true, 0, PaymentLabel.Unknown, null);
        if (!IsObject(ref reader, index))
            return default;

        var detail = default(PaymentDetail);
        var seen = Members.Unknown;
        while (TryReadMember(ref reader, index, ref seen, out var member))
        {
            switch (member)
            {
                case Members.OrderId:
                    detail = detail with { OrderId = ReadId(ref reader, index, member) };
                    break;
                case Members.PaymentLabel:
                    detail = detail with { Label = LabelOf(ReadText(ref reader, index, member)) };
                    break;
                case Members.AmountBilled:
                    detail = detail with { AmountBilled = ReadNumber(ref reader, index, member) };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return detail;
    }

    private bool IsObject(ref Utf8JsonReader reader, int detail)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            return true;
        Add(Key(detail, Members.Unknown), "Must be an object.");
        reader.Skip();
        return false;
    }

    /// <summary>Goes to the value of the next member; false at the end of the object.</summary>
    private bool TryReadMember(ref Utf8JsonReader reader, int detail, ref Members seen, out Members member)
    {
        member = Members.Unknown;
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
            return false;

        if (TryText(ref reader, out var name))
            member = detail < 0 ? RecordMember(name) : DetailMember(name);
        else
            Add(Key(detail, Members.Unknown), new JsonFault(JsonFaultKind.MalformedName).Message);
        if ((seen & member) != Members.Unknown)
            Add(Key(detail, member), GivenTwice);
        seen |= member;
        reader.Read();
        return true;
    }

    private static Members RecordMember(ReadOnlySpan<byte> name)
    {
        if (Ascii.EqualsIgnoreCase(name, "CustomerId"u8))
            return Members.CustomerId;
        if (Ascii.EqualsIgnoreCase(name, "AmountBilled"u8))
            return Members.AmountBilled;
        if (Ascii.EqualsIgnoreCase(name, "CustomerPaymentDetailList"u8))
            return Members.CustomerPaymentDetailList;
        if (Ascii.EqualsIgnoreCase(name, "RequestSource"u8))
            return Members.RequestSource;
        return Ascii.EqualsIgnoreCase(name, "OrderNumber"u8) ? Members.OrderNumber : Members.Unknown;
    }

    private static Members DetailMember(ReadOnlySpan<byte> name)
    {
        if (Ascii.EqualsIgnoreCase(name, "OrderId"u8))
            return Members.OrderId;
        if (Ascii.EqualsIgnoreCase(name, "PaymentLabel"u8))
            return Members.PaymentLabel;
        return Ascii.EqualsIgnoreCase(name, "AmountBilled"u8) ? Members.AmountBilled : Members.Unknown;
    }

    private static RequestSource SourceOf(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || Ascii.EqualsIgnoreCase(text, "Other"u8))
            return RequestSource.Other;
        return Ascii.EqualsIgnoreCase(text, "PRCMerchant"u8) ? RequestSource.PrcMerchant : RequestSource.Unknown;
    }

    private static PaymentLabel LabelOf(ReadOnlySpan<byte> text)
    {
        if (Ascii.EqualsIgnoreCase(text, "Escrow"u8))
            return PaymentLabel.Escrow;
        if (Ascii.EqualsIgnoreCase(text, "Earmarked"u8))
            return PaymentLabel.Earmarked;
        if (Ascii.EqualsIgnoreCase(text, "Services"u8))
            return PaymentLabel.Services;
        return Ascii.EqualsIgnoreCase(text, "Postage"u8) ? PaymentLabel.Postage : PaymentLabel.Unknown;
    }

    /// <summary>An id; 0 for null. Ids that fit no 64 bits and such with a fraction are no integers.</summary>
    private long ReadId(ref Utf8JsonReader reader, int detail, Members member)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return 0;
        if (TryNumber(ref reader, out var text, out var number))
        {
            // All ways of writing a number of up to 15 digits, such as 3.0 or 1E+3; longer ones only digit by digit.
            if (number.TryToMinor(decimals: 0, out var id) == AmountFault.None)
                return id;
            if (Utf8Parser.TryParse(text, out id, out var consumed) && consumed == text.Length)
                return id;
        }

        Add(Key(detail, member), NotAnInteger);
        reader.Skip();
        return 0;
    }

    private DecimalNumber? ReadNumber(ref Utf8JsonReader reader, int detail, Members member)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (TryNumber(ref reader, out _, out var number))
            return number;

        Add(Key(detail, member), NotANumber);
        reader.Skip();
        return null;
    }

    /// <summary>A text; empty for null.</summary>
    private ReadOnlySpan<byte> ReadText(ref Utf8JsonReader reader, int detail, Members member)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return [];
        if (reader.TokenType == JsonTokenType.String && TryText(ref reader, out var text))
            return text;

        Add(Key(detail, member), NotAText);
        reader.Skip();
        return [];
    }

    private static bool TryNumber(ref Utf8JsonReader reader, out ReadOnlySpan<byte> text, out DecimalNumber number)
    {
        number = default;
        text = BytesOf(ref reader);
        if (reader.TokenType == JsonTokenType.String)
        {
            if (!TryText(ref reader, out text))
                return false;
            text = text.Trim(" \t\r\n"u8);
        }
        else if (reader.TokenType != JsonTokenType.Number)
        {
            return false;
        }

        return DecimalNumber.TryParse(text, out number);
    }

    /// <summary>The text of a string or name, without its escapes; false when it is none that can be stored.</summary>
    private static bool TryText(ref Utf8JsonReader reader, out ReadOnlySpan<byte> text)
    {
        if ((reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length) > LongestText)
        {
            text = TooLong;
            return true;
        }

        text = BytesOf(ref reader);
        if (!reader.ValueIsEscaped)
            return true;

        try
        {
            text = Encoding.UTF8.GetBytes(reader.GetString()!);
            // PostgreSQL cannot store U+0000; without an escape it is not JSON.
            return !text.Contains((byte)0);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            return false;
        }
    }

    private static ReadOnlySpan<byte> BytesOf(ref Utf8JsonReader reader) =>
        reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;

    private void Add(string key, string message)
    {
        if (_faults.Count < MaxFaults)
            _faults.Add(new BodyFault(key, message));
    }

    /// <summary>Where a member is, of a detail or below 0 of the record.</summary>
    private string Key(int detail, Members member)
    {
        var path = JsonPath.Item("", _index);
        if (detail >= 0)
            path = JsonPath.Item(JsonPath.Member(path, nameof(Members.CustomerPaymentDetailList)), detail);
        return member == Members.Unknown ? path : JsonPath.Member(path, member.ToString());
    }
}
