using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>The operations that read, in the document of Midnight's payment part.</summary>
internal static class ListDocument
{
    private const string CustomersTag = "Customers";
    private const string OrdersTag = "Orders";
    private const string PaymentsTag = "Customer payments";

    private static readonly Shape Any = Either("A value of any kind.");

    private static readonly Shape Table = Object(
        "TableFilterModel", "Which rows of a list, in which order.",
        Optional("First", Number("How many rows to pass over.")),
        Optional("Rows", Number($"How many rows, at most {TableQuery.MaxRows}; all where nothing is said.")),
        Optional("SortField", Text("The column to sort by.").OrNull()), Optional("SortOrder", Number("Below zero for the largest first.")),
        Optional("MultiSortMeta", List(Inline(
            "A column to sort by.", Optional("Field", Text("The column.").OrNull()),
            Optional("Order", Number("Below zero for the largest first."))), "Several columns, in place of SortField.")),
        Optional("Filters",
            Map(Any, "By column: `{ value, matchMode }`, or several of these with an `operator`, `and` or `or`.").OrNull()));

    private static readonly Shape OfCustomer =
        Asked("OrdersAsked", Optional("CustomerID", Number("The customer; all where it is missing.")),
        Optional("ShowClosed", Choice("Also those of which nothing is due.")));

    private static readonly Shape OfOrder = Asked("OrderAsked", Required("OrderID", Number("The order.")));

    private static readonly Shape HistoryAsked = Asked(
        "PaymentHistoryAsked", Optional("CustomerID", Number("The customer; all where it is missing.")),
        Optional("StartDate", Text("The first day, MM/dd/yyyy.").OrNull()),
        Optional("EndDate", Text("The last day, MM/dd/yyyy.").OrNull()), Optional("TableFilterModel", Table.OrNull()));

    /// <summary>CustomerOrderList.</summary>
    public static Operation CustomerOrders { get; } =
        ListOf("CustomerOrderList", OrdersTag, "Lists open orders, and with ShowClosed all", OfCustomer, Rows.Order);

    /// <summary>OrderList.</summary>
    public static Operation Orders { get; } =
        ListOf("OrderList", OrdersTag, "Lists open orders, and with ShowClosed all", OfCustomer,
        Rows.Order) with
        { Security = MidnightDocument.TokenAlone };

    /// <summary>CustomerOrderEstPostageList.</summary>
    public static Operation OrdersWithPostage { get; } =
        ListOf("CustomerOrderEstPostageList", OrdersTag, "Lists orders that were charged postage", OfCustomer, Rows.Order);

    /// <summary>CustomerOrderVersionEstPostageList.</summary>
    public static Operation Postage { get; } =
        ListOf("CustomerOrderVersionEstPostageList", OrdersTag, "Lists an order's charges for postage", OfOrder, Rows.PostageCharge);

    /// <summary>CustomerOrderVersionEstPostageSummaryList.</summary>
    public static Operation PostageSummary { get; } =
        ListOf("CustomerOrderVersionEstPostageSummaryList", OrdersTag, "Gives an order's total postage", OfOrder, Rows.PostageSummary);

    /// <summary>OrderVersionList.</summary>
    public static Operation Versions { get; } = ListOf(
        "OrderVersionList", OrdersTag, "Lists an order's version", OfOrder, Rows.Version) with
    { Security = MidnightDocument.TokenAlone };

    /// <summary>CustomerList.</summary>
    public static Operation Customers { get; } = ListOf(
        "CustomerList", CustomersTag, "Lists all customers", Inline("Nothing is asked."), Rows.Customer) with
    { Security = MidnightDocument.TokenAlone };

    /// <summary>CustomerPostageAccountList.</summary>
    public static Operation PostageAccounts { get; } = ListOf(
        "CustomerPostageAccountList", CustomersTag, "Lists a customer's postage account",
        Asked(
            "PostageAccountsAsked", Required("CustomerID", Number("The customer.")), Optional("PostageAccountID", Number("The account.")),
            Optional("AccountNumber", Text("Its number.").OrNull()),
            Optional("Active", Choice("Whether it is active; all are."))),
        Rows.PostageAccount) with
    { Security = MidnightDocument.TokenAlone };

    /// <summary>PaymentHistoryList of v1.</summary>
    public static Operation History { get; } = ListOf("PaymentHistoryList", PaymentsTag, "Lists payments", HistoryAsked, Rows.Payment);

    /// <summary>PaymentHistoryList of v2.</summary>
    public static Operation CountedHistory { get; } =
        Asking("PaymentHistoryListV2", PaymentsTag, "Lists payments and counts them", HistoryAsked, PaymentHistory.Counted);

    /// <summary>GetCustomerPaymentOrderList.</summary>
    public static Operation OpenInvoices { get; } = Asking(
        "GetCustomerPaymentOrderList", PaymentsTag, "Lists what can be paid",
        Asked(
            "OpenInvoicesAsked", Optional("TableFilterModel", Table.OrNull()),
            Optional("CustomerID", Number("The customer; all where it is missing.")),
            Optional("OrderDate", Any, "Changes nothing."), Optional("CustomerParentID", Any, "Changes nothing."),
            Optional("ContactID", Any, "Changes nothing."),
            Optional("InvoiceView", Any, "Changes nothing.")),
        Lists.OpenInvoices.Page);

    /// <summary>GetPaymentSurchargeInfo.</summary>
    public static Operation SurchargeInfo { get; } = Asking(
        "GetPaymentSurchargeInfo", PaymentsTag, "Gives the surcharge of a payment: none",
        Asked(
            "SurchargeAsked", Optional("ProvidePaymentActualDetails", Choice("Whether amounts are wanted.")),
            Optional("CustomerPaymentId", Number("The payment.")),
            Optional("CustomerPaymentNumber", Text("The payment, where it is not named by its id.").OrNull()),
            Optional("Invoices",
                List(Inline("An invoice.", Optional("Number", Text("Its number.").OrNull()),
                Required("Amount", Number("How much of it is to be paid."))), "What would be paid, where no payment is named.")),
            Optional("TotalAmount", Number("What would be paid.")), Optional("PageName", Text("The calling page.").OrNull())),
        Surcharges.Info) with
    { Security = MidnightDocument.TokenAlone };

    private static Operation ListOf(string id, string tag, string summary, Shape asked, Shape item) =>
        Asking(id, tag, summary, asked, List(item));

    private static Operation Asking(string id, string tag, string summary, Shape asked, Shape answer) => new(id, tag, summary)
    {
        Body = asked,
        MediaTypes = MidnightDocument.MediaTypes,
        Replies = [new(200, "What was asked for.", answer), .. MidnightDocument.RefusedBodies],
    };

    private static Shape Asked(string name, params IReadOnlyList<Member> members) =>
        Object(name, "What is asked for. Names count in capitals and small letters alike.", members);

    private static Shape Number(string description) => Either(description, Amount("As a number."), Text("As a text."), Rows.Unknown);

    private static Shape Choice(string description) => Either(description, Flag("As it is."), Text("As a text."), Rows.Unknown);
}
