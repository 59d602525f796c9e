using System.Text.Json;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Tests;

public sealed class Tmf676ErrorsTests
{
    private static readonly string[] Codes =
    [
        "invalidBody", "missingAttribute", "invalidValue", "unknownFilter", "notFound", "methodNotAllowed", "conflict", "unauthorized",
        "forbidden", "internal",
    ];

    public static TheoryData<EdgeFault> EdgeFaults => new(Enum.GetValues<EdgeFault>());

    public static TheoryData<Refusal> Refusals => new(Enum.GetValues<Refusal>());

    public static TheoryData<FieldProblem> Problems => new(Enum.GetValues<FieldProblem>());

    [Theory]
    [MemberData(nameof(EdgeFaults))]
    public void Every_fault_around_an_operation_has_words(EdgeFault fault) => AssertIsReported(Tmf676Errors.Of(fault));

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Every_refusal_has_words_on_both_mounts(Refusal refusal)
    {
        AssertIsReported(Tmf676Errors.Of(refusal, null));
        AssertIsReported(Tmf676Errors.Of(refusal, "paymentItem[0].item.id"));
        AssertIsReported(OracleBrmErrors.Of(refusal, null));
        AssertIsReported(OracleBrmErrors.Of(refusal, "bills[0].id"));
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void Every_problem_of_an_attribute_has_words_that_name_it(FieldProblem problem)
    {
        var error = Tmf676Errors.Of([new FieldFault("totalAmount.value", problem, "a number"), new FieldFault("name", problem, "a text")]);

        AssertIsReported(error);
        Assert.StartsWith("totalAmount.value ", error.Reason, StringComparison.Ordinal);
        Assert.EndsWith("Also look at name.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Oracle_writes_attributes_without_a_value_as_null_and_TMF_leaves_them_out()
    {
        var error = Tmf676Errors.Of([new FieldFault("paymentMethod.@type", FieldProblem.Missing, "PaymentMethodRef, Cash or Check")]);

        Assert.Equal(
            """{"code":"missingAttribute","reason":"paymentMethod.@type is required.","message":"Add paymentMethod.@type: """
                + """PaymentMethodRef, Cash or Check.","referenceError":null,"status":"400","@type":"Error","@baseType":null,"""
                + "\"@schemaLocation\":null}",
            TmfSamples.Written(error.ToAnswer(writesNulls: true).Body!));
        Assert.Equal(
            """{"code":"missingAttribute","reason":"paymentMethod.@type is required.","message":"Add paymentMethod.@type: """
                + """PaymentMethodRef, Cash or Check.","status":"400","@type":"Error"}""",
            TmfSamples.Written(error.ToAnswer(writesNulls: false).Body!));
    }

    [Fact]
    public void Only_a_503_asks_to_retry()
    {
        Assert.Equal(1, Tmf676Errors.Of(EdgeFault.Overloaded).ToAnswer(true).RetryAfterSeconds);
        Assert.Equal(1, Tmf676Errors.Of(EdgeFault.Unavailable).ToAnswer(true).RetryAfterSeconds);
        Assert.Null(Tmf676Errors.Of(EdgeFault.Internal).ToAnswer(true).RetryAfterSeconds);
    }

    private static void AssertIsReported(TmfError error)
    {
        Assert.Contains(error.Code, Codes);
        Assert.InRange(error.Status, 400, 503);
        Assert.NotEmpty(error.Reason);
        Assert.NotEmpty(error.Message);
        Assert.False(error.Reason.StartsWith(':'), error.Reason);
        using var written = JsonDocument.Parse(TmfSamples.Written(error.ToAnswer(writesNulls: false).Body!));
        Assert.Equal(error.Status.ToString(), written.RootElement.GetProperty("status").GetString());
    }
}
