using System.Buffers;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Quittance.Core;
using Quittance.Dialects.Midnight;

namespace Quittance.Tests;

public sealed class MidnightReaderTests
{
    /// <summary>As short as the mark at the head of a body allows, so that nearly everything lies across two pieces.</summary>
    private const int PieceSize = 3;

    private const string NotJson = "The body is not valid JSON";

    [Fact]
    public void Read_AWholeRecord_HasAllItsFields()
    {
        var read = Read("""
            [{"CustomerId": 3, "AmountBilled": 8.0, "RequestSource": "PRCMerchant", "OrderNumber": "ORD-1", "CustomerPaymentDetailList": [
               {"OrderId": 1, "PaymentLabel": "Services", "AmountBilled": 4.5}, null, {}]}]
            """);

        Assert.Equal(["3 800 PrcMerchant ORD-1 [1 Services 450][null][0 Unknown -]"], read);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData(" [ ] \r\n")]
    [InlineData("\uFEFF[]")]
    public void Read_AnEmptyArray_HasNoRecords(string body) => Assert.Empty(Read(body));

    [Theory]
    [InlineData("{}", "0 - Other - ")]
    [InlineData("null", "null")]
    [InlineData("""{"customerid":3,"AMOUNTBILLED":1,"requestsource":"prcmerchant"}""", "3 100 PrcMerchant - ")]
    [InlineData("""{"Customer\u0049d":3}""", "3 - Other - ")]
    [InlineData("""{"CustomerId":"3","AmountBilled":"1.50"}""", "3 150 Other - ")]
    [InlineData("""{"CustomerId":" 3 ","AmountBilled":"\u0031"}""", "3 100 Other - ")]
    [InlineData("""{"CustomerId":1E+3,"AmountBilled":1E+3}""", "1000 100000 Other - ")]
    [InlineData("""{"CustomerId":3.0,"AmountBilled":1.500}""", "3 150 Other - ")]
    [InlineData("""{"CustomerId":9223372036854775807}""", "9223372036854775807 - Other - ")]
    [InlineData("""{"CustomerId":-9223372036854775808}""", "-9223372036854775808 - Other - ")]
    [InlineData("""{"CustomerId":null,"AmountBilled":null,"RequestSource":null,"OrderNumber":null,"CustomerPaymentDetailList":null}""",
        "0 - Other - ")]
    [InlineData("""{"RequestSource":"","OrderNumber":""}""", "0 - Other  ")]
    [InlineData("""{"RequestSource":"Web"}""", "0 - Unknown - ")]
    [InlineData("""{"RequestSource":"oTHER"}""", "0 - Other - ")]
    [InlineData("""{"Unknown":{"CustomerId":[[{}]]},"":1,"CustomerId":3,"Unknown":2}""", "3 - Other - ")]
    [InlineData("""{"CustomerPaymentDetailList":[{"PaymentLabel":"postage","unknown":[]}]}""", "0 - Other - [0 Postage -]")]
    [InlineData("""{"OrderNumber":"\ud83d\ude00é"}""", "0 - Other \U0001F600é ")]
    public void Read_WhatTheOriginalTakes_IsTaken(string record, string expected) => Assert.Equal([expected], Read($"[{record}]"));

    [Theory]
    [InlineData("""{"CustomerId":"abc"}""", "[0].CustomerId: Must be an integer.")]
    [InlineData("""{"CustomerId":""}""", "[0].CustomerId: Must be an integer.")]
    [InlineData("""{"CustomerId":3.5}""", "[0].CustomerId: Must be an integer.")]
    [InlineData("""{"CustomerId":9223372036854775808}""", "[0].CustomerId: Must be an integer.")]
    [InlineData("""{"CustomerId":1e999999999999}""", "[0].CustomerId: Must be an integer.")]
    [InlineData("""{"CustomerId":true}""", "[0].CustomerId: Must be an integer.")]
    [InlineData("""{"CustomerId":[3]}""", "[0].CustomerId: Must be an integer.")]
    [InlineData("""{"CustomerId":{"CustomerId":3}}""", "[0].CustomerId: Must be an integer.")]
    [InlineData("""{"AmountBilled":"1,50"}""", "[0].AmountBilled: Must be a decimal number.")]
    [InlineData("""{"AmountBilled":"NaN"}""", "[0].AmountBilled: Must be a decimal number.")]
    [InlineData("""{"AmountBilled":"0x10"}""", "[0].AmountBilled: Must be a decimal number.")]
    [InlineData("""{"RequestSource":1}""", "[0].RequestSource: Must be a string of valid text.")]
    [InlineData("""{"OrderNumber":[]}""", "[0].OrderNumber: Must be a string of valid text.")]
    [InlineData("""{"OrderNumber":"a\u0000"}""", "[0].OrderNumber: Must be a string of valid text.")]
    [InlineData("""{"OrderNumber":"\ud800"}""", "[0].OrderNumber: Must be a string of valid text.")]
    [InlineData("""{"\ud800":1}""", "[0]: The name of a member is not valid text.")]
    [InlineData("""{"CustomerPaymentDetailList":{}}""", "[0].CustomerPaymentDetailList: Must be an array of payment details.")]
    [InlineData("""{"CustomerPaymentDetailList":[5]}""", "[0].CustomerPaymentDetailList[0]: Must be an object.")]
    [InlineData("""{"CustomerPaymentDetailList":[{},{"OrderId":"x"}]}""", "[0].CustomerPaymentDetailList[1].OrderId: Must be an integer.")]
    [InlineData("""{"CustomerPaymentDetailList":[{"PaymentLabel":"\udc00"}]}""",
        "[0].CustomerPaymentDetailList[0].PaymentLabel: Must be a string of valid text.")]
    [InlineData("""{"CustomerId":3,"customerID":3}""", "[0].CustomerId: Is given more than once.")]
    [InlineData("""{"CustomerPaymentDetailList":[{"OrderId":1,"OrderId":2}]}""",
        "[0].CustomerPaymentDetailList[0].OrderId: Is given more than once.")]
    [InlineData("5", "[0]: Must be an object.")]
    [InlineData("[]", "[0]: Must be an object.")]
    public void Read_AValueOfTheWrongType_IsReported(string record, string expected) => Assert.Equal([expected], Faults($"[{record}]"));

    [Fact]
    public void Read_SeveralFaults_AreAllReported() => Assert.Equal(
        ["[0].CustomerId: Must be an integer.", "[2].AmountBilled: Must be a decimal number."],
        Faults("""[{"CustomerId":[]},{},{"AmountBilled":{}}]"""));

    [Theory]
    [InlineData("", "The body is empty.")]
    [InlineData(" \r\n", "The body is empty.")]
    [InlineData("{}", "Must be an array of payments.")]
    [InlineData("null", "Must be an array of payments.")]
    [InlineData("\"[]\"", "Must be an array of payments.")]
    [InlineData("[{}", NotJson)]
    [InlineData("[{}]]", NotJson)]
    [InlineData("[{}] x", NotJson)]
    [InlineData("[{}] []", NotJson)]
    [InlineData("[{},]", NotJson)]
    [InlineData("[{\"CustomerId\":3,}]", NotJson)]
    [InlineData("[{\"CustomerId\":03}]", NotJson)]
    [InlineData("[{} {}]", NotJson)]
    [InlineData("[/**/]", NotJson)]
    [InlineData("[{'CustomerId':3}]", NotJson)]
    [InlineData("[{\"OrderNumber\":\"\u0001\"}]", NotJson)]
    [InlineData("\uFEFF\uFEFF[]", NotJson)]
    public void Read_WhatIsNoArrayOfJson_IsReported(string body, string expected) =>
        Assert.StartsWith(": " + expected, Assert.Single(Faults(body)), StringComparison.Ordinal);

    [Fact]
    public void Read_BrokenUtf8_IsReported() =>
        Assert.Equal(": The body is not valid UTF-8.", Assert.Single(Faults((byte[])[.. "[{\"x\":\""u8, 0xC3, .. "\"}]"u8])));

    [Fact]
    public void Read_TooDeep_IsReported()
    {
        Assert.Empty(Faults($"[{{\"x\":{new string('[', 30)}{new string(']', 30)}}}]"));
        Assert.Single(Faults($"[{{\"x\":{new string('[', 31)}{new string(']', 31)}}}]"));
    }

    [Fact]
    public void Read_CountlessFaults_KeepsFifty() =>
        Assert.Equal(PaymentReader.MaxFaults, Faults($"[{string.Join(',', Enumerable.Repeat("5", 1000))}]").Count);

    [Fact]
    public void Read_MoreDetailsThanMayBe_CountsThem()
    {
        var record = new PaymentRecord();
        var details = string.Join(',', Enumerable.Repeat("{}", 1001));
        var body = $$"""[{"CustomerPaymentDetailList":[{{details}}]},{}]""";
        var reader = new PaymentReader(InPieces(Encoding.UTF8.GetBytes(body), PieceSize));

        Assert.True(reader.TryRead(record));
        Assert.Equal((1001, 1000, true), (record.DetailCount, record.Details.Length, record.HasTooManyDetails));
        Assert.True(reader.TryRead(record));
        Assert.Equal((0, false), (record.DetailCount, record.HasTooManyDetails));
        Assert.False(reader.TryRead(record));
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() => Prop
        .ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Faults(bytes) is not null)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Read_APieceOfABody_IsNeverTakenForTheWhole()
    {
        var body = ("""[{"CustomerId":3,"AmountBilled":"1.5\u0030","CustomerPaymentDetailList":"""u8
            + """[null,{"OrderId":1e2}],"x":[{}]},null]"""u8).ToArray();

        Assert.Empty(Faults(body));
        for (var length = 0; length < body.Length; length++)
            Assert.NotEmpty(Faults(body[..length]));
    }

    [Theory]
    [InlineData("\u00e9")]
    [InlineData("\u20ac")]
    [InlineData("\U0001F600")]
    public void Read_ACharacterAcrossTwoPieces_IsOneCharacter(string character)
    {
        for (var before = 0; before < 2 * PieceSize; before++)
        {
            var number = new string('x', before) + character;
            Assert.Equal([$"0 - Other {number} "], Read($$"""[{"OrderNumber":"{{number}}"}]"""));
        }
    }

    [Fact]
    public void Read_ATextLongerThanAnythingItCouldSay_IsNoneOfThat() => Assert.Equal(
        [$"0 - Unknown {new string('-', 1024)} [0 Unknown -]"],
        Read($$"""
            [{"RequestSource":"{{new string('o', 20_000)}}","OrderNumber":"{{new string('9', 20_000)}}","{{new string('n', 20_000)}}":1,
              "CustomerPaymentDetailList":[{"PaymentLabel":"{{new string('l', 20_000)}}"}]}]
            """));

    /// <summary>A body in pieces of some bytes: it must read like one in a single piece.</summary>
    private static ReadOnlySequence<byte> InPieces(byte[] utf8, int size)
    {
        var first = new Piece(utf8.AsMemory(0, Math.Min(size, utf8.Length)), 0);
        var last = first;
        for (var at = size; at < utf8.Length; at += size)
            last = last.Append(utf8.AsMemory(at, Math.Min(size, utf8.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static List<string> Faults(string body) => Faults(Encoding.UTF8.GetBytes(body));

    private static List<string> Faults(byte[] utf8)
    {
        List<string> faults =
            [.. PaymentReader.FindFaults(new ReadOnlySequence<byte>(utf8)).Select(fault => $"{fault.Key}: {fault.Message}")];
        Assert.Equal(faults, PaymentReader.FindFaults(InPieces(utf8, PieceSize)).Select(fault => $"{fault.Key}: {fault.Message}"));
        return faults;
    }

    private static List<string> Read(string body)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        Assert.Empty(Faults(utf8));
        var read = Read(new ReadOnlySequence<byte>(utf8));
        Assert.Equal(read, Read(InPieces(utf8, PieceSize)));
        return read;
    }

    private static List<string> Read(ReadOnlySequence<byte> utf8)
    {
        List<string> read = [];
        var reader = new PaymentReader(utf8);
        var record = new PaymentRecord();
        while (reader.TryRead(record))
            read.Add(Shown(record));
        return read;
    }

    private static string Shown(PaymentRecord record)
    {
        if (record.IsNull)
            return "null";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{record.CustomerId} {Shown(record.AmountBilled)} {record.Source} {record.OrderNumber ?? "-"} ");
        foreach (var detail in record.Details)
            text.Append(detail.IsNull ? "[null]" : $"[{detail.OrderId} {detail.Label} {Shown(detail.AmountBilled)}]");
        return text.ToString();
    }

    private static string Shown(DecimalNumber? amount)
    {
        if (amount is not { } number)
            return "-";
        Assert.Equal(AmountFault.None, number.TryToMinor(2, out var minor));
        return minor.ToString(CultureInfo.InvariantCulture);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
