using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Dialects.Http.Json;

namespace Quittance.Tests;

public sealed class StrictJsonFieldsTests
{
    [Fact]
    public void A_payment_is_read_field_by_field()
    {
        using var body = Parse("""
            {
              "id": "p-1", "status": "done", "test": true, "attempt": 3.0, "callback": "https://shop.example/paid?x=1",
              "totalAmount": { "value": 42.50, "unit": "EUR" }, "paymentDate": "2026-01-31T23:59:59.5+02:00",
              "paymentItem": [ { "item": { "id": "bill-1" } }, { "item": { "id": "bill-2" } } ], "tags": [ "a", "b" ]
            }
            """);
        var fields = body.Object()!;
        var total = fields.Object("totalAmount", required: true)!;
        var euro = Currency.Parse(total.Text("unit", 3)!);

        Assert.Equal("p-1", fields.Text("id", 36, required: true));
        Assert.Equal("done", fields.Choice("status", ["open", "done"]));
        Assert.True(fields.Boolean("test"));
        Assert.Equal(3, fields.Integer("attempt", 1, 10));
        Assert.Equal(new Uri("https://shop.example/paid?x=1"), fields.Uri("callback", 100));
        Assert.Equal(new Money(4250, euro), total.Amount("value", euro));
        Assert.Equal(1, total.Number("value")?.Sign);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 21, 59, 59, 500, TimeSpan.Zero), fields.DateTime("paymentDate"));
        Assert.Equal(
            ["bill-1", "bill-2"],
            fields.Array("paymentItem", 10)!.Objects().Select(item => item.Object("item")!.Text("id", 36)));
        Assert.Equal(["a", "b"], fields.Array("tags", 10)!.Texts(10));

        fields.RefuseUnknown();
        total.RefuseUnknown();
        Assert.Empty(body.Faults);
    }

    [Fact]
    public void Null_counts_as_absent()
    {
        using var body = Parse("""{"a":null}""");
        var fields = body.Object()!;

        Assert.False(fields.Has("a"));
        Assert.Null(fields.Text("a", 10));
        Assert.Null(fields.Number("b"));
        Assert.Empty(body.Faults);

        fields.Text("a", 10, required: true);
        fields.Number("b", required: true);
        Assert.Equal([new("a", FieldProblem.Missing, "a text"), new("b", FieldProblem.Missing, "a number")], body.Faults);
    }

    [Fact]
    public void Faults_are_told_in_the_order_found_and_by_path()
    {
        using var body = Parse("""{"b":1,"paymentItem":[{"item":{}},7,{"item":{"id":9}}],"names":["a",null,"bcd"]}""");
        var fields = body.Object()!;
        fields.Text("b", 10);
        foreach (var item in fields.Array("paymentItem", 10)!.Objects())
            item.Object("item")?.Text("id", 36, required: true);
        Assert.Equal(["a"], fields.Array("names", 10)!.Texts(2));
        fields.Refuse("a", FieldProblem.NotInList, "a known account");

        Assert.Equal(
            [
                new("b", FieldProblem.WrongType, "a text, not a number"),
                new("paymentItem[0].item.id", FieldProblem.Missing, "a text"),
                new("paymentItem[1]", FieldProblem.WrongType, "an object, not a number"),
                new("paymentItem[2].item.id", FieldProblem.WrongType, "a text, not a number"),
                new("names[1]", FieldProblem.WrongType, "a text, not null"),
                new("names[2]", FieldProblem.TooLong, "a text of at most 2 characters"),
                new("a", FieldProblem.NotInList, "a known account"),
            ],
            body.Faults);
    }

    [Theory]
    [InlineData("\"abc\"", null)]
    [InlineData("\"\\ud83d\\ude00😀é\"", null)]
    [InlineData("\"abcd\"", FieldProblem.TooLong)]
    [InlineData("\"😀😀😀😀\"", FieldProblem.TooLong)]
    [InlineData("\"\"", FieldProblem.TooShort)]
    [InlineData("\"\\u0000\"", FieldProblem.Malformed)]
    [InlineData("\"\\ud800\"", FieldProblem.Malformed)]
    [InlineData("\"a\\udc00\"", FieldProblem.Malformed)]
    [InlineData("\"\\ud800\\ud800\"", FieldProblem.Malformed)]
    [InlineData("1", FieldProblem.WrongType)]
    [InlineData("{}", FieldProblem.WrongType)]
    public void A_text_is_of_one_to_three_characters(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.Text("a", 3, minLength: 1) is not null);

    [Theory]
    [InlineData("\"open\"", null)]
    [InlineData("\"OPEN\"", FieldProblem.NotInList)]
    [InlineData("\"\"", FieldProblem.NotInList)]
    [InlineData("\"open\\ud800\"", FieldProblem.Malformed)]
    [InlineData("true", FieldProblem.WrongType)]
    public void A_choice_is_exact(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.Choice("a", ["open", "done"]) is not null);

    [Theory]
    [InlineData("0", null)]
    [InlineData("-1e99999", null)]
    [InlineData("\"1\"", FieldProblem.WrongType)]
    [InlineData("true", FieldProblem.WrongType)]
    public void A_number_within_a_string_is_none(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.Number("a") is not null);

    [Theory]
    [InlineData("10", null)]
    [InlineData("-10.500", null)]
    [InlineData("0.005", FieldProblem.TooPrecise)]
    [InlineData("1e13", FieldProblem.OutOfRange)]
    [InlineData("\"10\"", FieldProblem.WrongType)]
    public void An_amount_is_exact_in_its_currency(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.Amount("a", Currency.Parse("USD")) is not null);

    [Theory]
    [InlineData("-5", null)]
    [InlineData("9223372036854775807", null)]
    [InlineData("3e0", null)]
    [InlineData("-6", FieldProblem.OutOfRange)]
    [InlineData("9223372036854775808", FieldProblem.OutOfRange)]
    [InlineData("1e400", FieldProblem.OutOfRange)]
    [InlineData("1.5", FieldProblem.WrongType)]
    [InlineData("\"1\"", FieldProblem.WrongType)]
    public void A_whole_number_may_have_no_fraction(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.Integer("a", -5, long.MaxValue) is not null);

    [Theory]
    [InlineData("true", null)]
    [InlineData("false", null)]
    [InlineData("0", FieldProblem.WrongType)]
    [InlineData("\"true\"", FieldProblem.WrongType)]
    public void A_boolean_is_true_or_false(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.Boolean("a") is not null);

    [Theory]
    [InlineData("\"https://a.example\"", null)]
    [InlineData("\"http://a.example:8080/b?c#d\"", null)]
    [InlineData("\"/b\"", FieldProblem.Malformed)]
    [InlineData("\"file:///etc/passwd\"", FieldProblem.Malformed)]
    [InlineData("\"javascript:alert(1)\"", FieldProblem.Malformed)]
    [InlineData("\"https://\"", FieldProblem.Malformed)]
    [InlineData("\"https://a.example/\\ud800\"", FieldProblem.Malformed)]
    [InlineData("\"https://a.example/much/too/long/an/address\"", FieldProblem.TooLong)]
    [InlineData("1", FieldProblem.WrongType)]
    public void An_address_is_absolute_and_of_the_web(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.Uri("a", 30) is not null);

    [Theory]
    [InlineData("\"2026-01-31T23:59:59Z\"", null)]
    [InlineData("\"2026-01-31T23:59:59.123456789Z\"", null)]
    [InlineData("\"2026-01-31T23:59:59\\u002B02:00\"", null)]
    [InlineData("\"2026-01-31T23:59:59-00:00\"", null)]
    [InlineData("\"2026-01-31\"", FieldProblem.Malformed)]
    [InlineData("\"2026-01-31T23:59:59\"", FieldProblem.Malformed)]
    [InlineData("\"2026-01-31T23:59:59.123456\"", FieldProblem.Malformed)]
    [InlineData("\"2026-01-31T23:59:59+02\"", FieldProblem.Malformed)]
    [InlineData("\"2026-01-31T23:59+02:00\"", FieldProblem.Malformed)]
    [InlineData("\"2026-01-31 23:59:59Z\"", FieldProblem.Malformed)]
    [InlineData("\"2026-02-29T23:59:59Z\"", FieldProblem.Malformed)]
    [InlineData("\"2026-01-31T24:00:00Z\"", FieldProblem.Malformed)]
    [InlineData("\"0001-01-01T00:00:00+14:00\"", FieldProblem.Malformed)]
    [InlineData("\"0000-01-01T00:00:00Z\"", FieldProblem.Malformed)]
    [InlineData("\"2026-01-31T23:59:\\ud800Z\"", FieldProblem.Malformed)]
    [InlineData("\"2026-01-31T23:59:59+99:00\"", FieldProblem.Malformed)]
    [InlineData("1769903999", FieldProblem.WrongType)]
    public void A_moment_is_written_as_in_RFC_3339(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.DateTime("a") is { Offset.Ticks: 0 });

    [Theory]
    [InlineData("1989-12-31T23:59:59Z", FieldProblem.OutOfRange)]
    [InlineData("2201-01-01T00:00:00Z", FieldProblem.OutOfRange)]
    public void A_moment_outside_the_window_is_read_only_where_it_may_be_of_any_time(string moment, FieldProblem? problem)
    {
        Reads($"\"{moment}\"", problem, fields => fields.DateTime("a") is not null);
        Reads($"\"{moment}\"", null, fields => fields.DateTime("a", isOfAnyTime: true) is not null);
    }

    [Fact]
    public void A_moment_of_the_first_day_of_all_is_one_that_was_left_out()
    {
        const string Default = "\"0001-01-01T00:00:00+00:00\"";
        Reads(Default, null, fields => fields.DateTime("a") is null);
        Reads(Default, FieldProblem.OutOfRange, fields => fields.DateTime("a", required: true) is not null);
        Reads(Default, null, fields => fields.DateTime("a", isOfAnyTime: true) is not null);
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("[1,null]", null)]
    [InlineData("[1,2,3]", FieldProblem.TooMany)]
    [InlineData("{}", FieldProblem.WrongType)]
    public void An_array_has_a_bound(string json, FieldProblem? problem) =>
        Reads(json, problem, fields => fields.Array("a", 2) is not null);

    [Fact]
    public void A_fault_names_what_is_wrong_with_the_value()
    {
        using var body = Parse("""
            {"amount":10.5,"name":"\u0000","short":"","day":20260101,"flag":"yes","count":2.5,"many":"2","choice":7}
            """);
        var fields = body.Object()!;
        fields.AmountText("amount", Currency.Parse("EUR"));
        fields.Text("name", 21);
        fields.Text("short", 21, minLength: 1);
        fields.Day("day");
        fields.Boolean("flag");
        fields.Integer("count", 1, 9);
        fields.Integer("many", 1, 9);
        fields.Choice("choice", ["a", "b"]);

        Assert.Equal(
            [
                "a decimal number as a text, as in \"12.50\", not a number",
                "a text of whole characters, without U+0000 and halves of surrogate pairs", "a text of 1 to 21 characters",
                "a day as in 2026-01-31, from 1990-01-01 to 2200-12-31, not a number", "true or false, not a text",
                "a whole number from 1 to 9", "a whole number, not a text", "one of a, b, not a number",
            ],
            body.Faults.Select(fault => fault.Expected));
    }

    [Fact]
    public void A_body_may_be_required_to_be_an_object_or_an_array()
    {
        using var array = Parse("""[{"a":1}]""");
        using var text = Parse("\"x\"");

        Assert.Null(array.Object());
        Assert.Null(Assert.Single(array.Array(1)!.Objects()).Text("a", 1));
        Assert.Null(text.Array(1));
        Assert.Equal(
            [
                new("", FieldProblem.WrongType, "an object, not an array"),
                new("[0].a", FieldProblem.WrongType, "a text, not a number"),
            ],
            array.Faults);
        Assert.Equal([new("", FieldProblem.WrongType, "an array, not a text")], text.Faults);
    }

    [Fact]
    public void Members_that_nothing_asked_for_can_be_refused()
    {
        using var body = Parse($$"""
            {"known":null,"other":1,"total":{"value":1,"tax":2},"\u0000\n":1,"{{new string('n', 63)}}😀":1}
            """);
        var fields = body.Object()!;
        fields.Text("known", 1);
        fields.Text("known", 1);
        fields.Text("absent", 1);
        fields.Object("total")!.RefuseUnknown();
        fields.RefuseUnknown();

        Assert.All(body.Faults, fault => Assert.Equal(FieldProblem.Unknown, fault.Problem));
        Assert.Equal(
            ["total.value", "total.tax", "other", "\uFFFD\uFFFD", new string('n', 63) + "…"],
            body.Faults.Select(fault => fault.Path));
    }

    [Fact]
    public void A_hostile_body_does_not_fill_the_list_of_faults()
    {
        using var body = Parse("{" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"m{i}\":1")) + "}");

        body.Object()!.RefuseUnknown();

        Assert.Equal(JsonBody.MaxFaults, body.Faults.Count);
    }

    [Theory]
    [InlineData(1000, "USD", "10")]
    [InlineData(4250, "USD", "42.5")]
    [InlineData(-5, "USD", "-0.05")]
    [InlineData(1250, "JPY", "1250")]
    public void An_amount_is_written_as_the_shortest_number(long amountMinor, string code, string number)
    {
        var amount = new Money(amountMinor, Currency.Parse(code));
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteAmount("value"u8, amount);
            writer.WriteStartArray("values"u8);
            writer.WriteAmountValue(amount);
            writer.WriteAmountValue(amount);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        Assert.Equal(
            $$"""{"value":{{number}},"values":[{{number}},{{number}}]}""",
            Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Reads(string json, FieldProblem? problem, Func<JsonFields, bool> read)
    {
        using var body = Parse($$"""{"a":{{json}}}""");

        Assert.Equal(problem is null, read(body.Object()!));
        Assert.Equal(problem, body.Faults is [var fault] ? fault.Problem : null);
    }

    private static JsonBody Parse(string text) =>
        JsonBody.TryParse(Encoding.UTF8.GetBytes(text), out var body, out var fault)
            ? body
            : throw new InvalidOperationException(fault.Message);
}
