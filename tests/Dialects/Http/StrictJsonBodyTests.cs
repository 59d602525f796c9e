using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Quittance.Dialects.Http.Json;

namespace Quittance.Tests;

public sealed class StrictJsonBodyTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    [InlineData(" {\"a\":1}\r\n")]
    [InlineData("{\"a\":1,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}]}")]
    public void Strict_JSON_is_read(string text) => Assert.Null(FaultOf(text));

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    [InlineData("\uFEFF")]
    [InlineData("\uFEFF ")]
    public void A_blank_body_is_empty(string text) => Assert.Equal(new JsonFault(JsonFaultKind.Empty), FaultOf(text));

    [Theory]
    [InlineData("{\"a\":1,\n\"b\":secret}", 2, 5)]
    [InlineData("{\"a\":1,}", 1, 8)]
    [InlineData("{\"a\":1/*secret*/}", 1, 7)]
    [InlineData("{\"a\":01}", 1, 7)]
    [InlineData("{\"a\":NaN}", 1, 6)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{\"a\":", 1, 6)]
    [InlineData("{'a':1}", 1, 2)]
    [InlineData("\uFEFF\uFEFF{}", 1, 1)]
    public void What_is_not_JSON_is_refused_with_its_place_but_none_of_its_content(string text, int line, int bytePosition)
    {
        var fault = FaultOf(text);

        Assert.Equal(new JsonFault(JsonFaultKind.NotJson, "", line, bytePosition), fault);
        Assert.Equal($"The body is not valid JSON: line {line}, byte {bytePosition}.", fault?.Message);
    }

    [Fact]
    public void Broken_UTF8_is_refused_wherever_it_is()
    {
        byte[] body = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.False(JsonBody.TryParse(body, out _, out var fault));
        Assert.Equal(JsonFaultKind.NotUtf8, fault.Kind);
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":1}", "a")]
    [InlineData("{\"totalAmount\":{\"value\":1,\"unit\":\"EUR\",\"value\":2}}", "totalAmount.value")]
    [InlineData("{\"items\":[{\"a\":1},[0,{\"y\":{}, \"\\u0079\":2}]]}", "items[1][1].y")]
    [InlineData("[1,{\"a\":null,\"a\":null}]", "[1].a")]
    public void A_member_said_twice_is_refused_by_its_path(string text, string path) =>
        Assert.Equal(new JsonFault(JsonFaultKind.DuplicateMember, path), FaultOf(text));

    [Fact]
    public void A_long_name_is_cut_where_it_is_told()
    {
        var name = new string('n', 10_000);

        Assert.Equal(new string('n', 64) + "…", FaultOf($$"""{"{{name}}":1,"{{name}}":1}""")?.Path);
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}", "")]
    [InlineData("{\"a\":[{\"\\udc00\":1,\"b\":1}]}", "a[0]")]
    public void A_name_that_is_no_text_is_refused(string text, string path) =>
        Assert.Equal(new JsonFault(JsonFaultKind.MalformedName, path), FaultOf(text));

    [Fact]
    public void Nesting_has_a_limit()
    {
        Assert.Null(FaultOf(Nested(JsonBody.MaxDepth)));
        Assert.Equal(JsonFaultKind.TooDeep, FaultOf(Nested(JsonBody.MaxDepth + 1))?.Kind);
        Assert.Equal(JsonFaultKind.TooDeep, FaultOf(Nested(100_000))?.Kind);
    }

    [Fact]
    public void No_body_makes_the_reader_throw()
    {
        var pieces = new[]
        {
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\ud800\"", "\"\\u0000\"", "1", "-0.5e9", "null", "true",
            " ", "\n",
            "\uFEFF", "\"é", "\\", "/*", "0", "\"a\":", "\"b\":{", "\"a\":[",
        };

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5000),
            Prop.ForAll(Gen.ArrayOf(Gen.Elements(pieces)).ToArbitrary(), parts =>
            {
                using var body = Parse("{\"a\":" + string.Concat(parts), out var fault);
                return body is null != fault is null && fault?.Message.Length != 0;
            }));
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static JsonFault? FaultOf(string text)
    {
        using var body = Parse(text, out var fault);
        return fault;
    }

    private static JsonBody? Parse(string text, out JsonFault? fault) =>
        JsonBody.TryParse(Encoding.UTF8.GetBytes(text), out var body, out fault) ? body : null;
}
