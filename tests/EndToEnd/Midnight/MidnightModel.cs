using System.Globalization;

namespace Quittance.Tests;

/// <summary>
/// The debts and the money of a shop's customers, kept in the plainest way: the rules of Midnight 5 once more, for one record after
/// another. It makes random records too, and knows which of them must be stored.
/// </summary>
internal sealed class MidnightModel(Random random)
{
    private static readonly string[] Labels = ["Services", "Postage", "Earmarked", "Escrow", "Escrow", "Tips"];

    private readonly List<Customer> _customers = [];

    public IReadOnlyList<Customer> Customers => _customers;

    /// <summary>Opens customers with orders in the shop, and keeps what they owe.</summary>
    public async Task OpenAsync(MidnightShop shop, int customers, int ordersEach)
    {
        for (var i = 0; i < customers; i++)
        {
            var customer = new Customer(await shop.CustomerAsync());
            for (var j = 0; j < ordersEach; j++)
            {
                var (services, postage, earmarked) = (random.Next(3) * 20_00L, random.Next(1, 4) * 10_00L, random.Next(3) * 10_00L);
                customer.Orders.Add(
                    new Order(await shop.OrderAsync(customer.Id, services, postage, earmarked), services, postage, earmarked));
            }

            _customers.Add(customer);
        }
    }

    /// <summary>A random record, and whether it must be stored; what that changes is kept.</summary>
    public (string Json, bool IsStored) Next()
    {
        var customer = _customers[random.Next(_customers.Count)];
        return random.Next(5) == 0 ? NextOfMerchant(customer) : NextOfDetails(customer);
    }

    private (string Json, bool IsStored) NextOfMerchant(Customer customer)
    {
        var minor = random.Next(0, 8_00);
        var order = random.Next(3) == 0 ? null : customer.Orders[random.Next(customer.Orders.Count)];
        var json = $$"""{"CustomerId":{{customer.Id}},"AmountBilled":{{Major(minor)}}"""
            + $$""","RequestSource":"PRCMerchant","OrderNumber":"{{(order is null ? "WEB" : $"ORD-{order.Id}")}}"}""";
        if (minor == 0)
            return (json, false);
        if (order is null)
        {
            customer.Escrow += minor;
            return (json, true);
        }

        customer.Earmarked += minor;
        order.Earmarked = Math.Max(0, order.Earmarked - minor);
        return (json, true);
    }

    private (string Json, bool IsStored) NextOfDetails(Customer customer)
    {
        var before = customer.Copy();
        var (isGood, sum) = (true, 0L);
        List<string> details = [];
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            // Another customer's order now and then.
            var owner = random.Next(12) == 0 ? _customers[random.Next(_customers.Count)] : customer;
            var index = random.Next(owner.Orders.Count);
            var (label, minor) = (Labels[random.Next(Labels.Length)], random.Next(0, 12_00));
            details.Add($$"""{"OrderId":{{owner.Orders[index].Id}},"PaymentLabel":"{{label}}","AmountBilled":{{Major(minor)}}}""");
            isGood &= minor > 0 && owner == customer && Takes(customer, customer.Orders[index], label, minor);
            sum += minor;
        }

        var billed = random.Next(10) == 0 ? sum + 1 : sum;
        if (isGood && billed == sum)
            return (Json(billed), true);
        customer.Restore(before);
        return (Json(billed), false);

        string Json(long minor) =>
            $$"""{"CustomerId":{{customer.Id}},"AmountBilled":{{Major(minor)}},"CustomerPaymentDetailList":"""
            + $$"""[{{string.Join(',', details)}}]}""";
    }

    private static bool Takes(Customer customer, Order order, string label, long minor)
    {
        switch (label)
        {
            case "Services" when minor <= order.Services:
                order.Services -= minor;
                return true;
            case "Postage" when minor <= order.Postage:
                order.Postage -= minor;
                return true;
            case "Earmarked" when minor <= order.Earmarked && order.Services + order.Postage > 0:
                order.Earmarked -= minor;
                customer.Earmarked += minor;
                return true;
            case "Escrow":
                customer.Escrow += minor;
                return true;
            default:
                return false;
        }
    }

    /// <summary>An amount with more or fewer zeros behind it.</summary>
    private string Major(long minor) =>
        (minor / 100m).ToString(random.Next(3) switch { 0 => "0.00", 1 => "0.##", _ => "0.0000" }, CultureInfo.InvariantCulture);

    /// <summary>A customer, with what they hold, in cents.</summary>
    internal sealed class Customer(long id)
    {
        public long Id => id;

        public long Escrow { get; set; }

        public long Earmarked { get; set; }

        public List<Order> Orders { get; private init; } = [];

        public Customer Copy() =>
            new(id)
            {
                Escrow = Escrow,
                Earmarked = Earmarked,
                Orders = [.. Orders.Select(order => new Order(order.Id, order.Services, order.Postage, order.Earmarked))]
            };

        public void Restore(Customer before)
        {
            (Escrow, Earmarked) = (before.Escrow, before.Earmarked);
            for (var index = 0; index < Orders.Count; index++)
            {
                (Orders[index].Services, Orders[index].Postage, Orders[index].Earmarked) =
                    (before.Orders[index].Services, before.Orders[index].Postage, before.Orders[index].Earmarked);
            }
        }
    }

    /// <summary>An order, with what is due on it, in cents.</summary>
    internal sealed class Order(long id, long services, long postage, long earmarked)
    {
        public long Id => id;

        public long Services { get; set; } = services;

        public long Postage { get; set; } = postage;

        public long Earmarked { get; set; } = earmarked;
    }
}
