using System.Security.Cryptography;
using System.Text;

namespace Visma.Connect.Sdk.Tests.Webhooks;

public class WebhookReaderTests
{
    private const string Secret = "wh-sécret";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"tenantId":"a1b2","name":"Bjørn"}""");

    [Fact]
    public void Signature_is_the_hmac_of_the_raw_body_with_the_secret_in_utf8()
    {
        // Computed by another program, so that the test does not repeat a fault of the code: printf %s "$body" | openssl dgst -sha256 -hmac "$secret" -binary | base64
        const string Known = "hEBthC0rjykpQsHz708BBol3Jw8Ikk7MF1WlIWxqPCU=";

        Assert.True(new WebhookReader(Secret).IsGenuine(Body, Known));
    }

    [Fact]
    public void Genuine_event_is_read_with_its_headers()
    {
        WebhookEvent? read = new WebhookReader(Secret).Read(Body, Sign(Body), [new("X-Visma-Event", "changed")]);

        Assert.NotNull(read);
        Assert.Equal("Bjørn", read.Body.GetProperty("name").GetString());
        Assert.Equal("a1b2", read.TenantId);
        Assert.Equal("changed", read.Headers["x-visma-event"]);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(Body)), read.Id);
        Assert.False(read.TryGetTableChange(out _));
        Assert.DoesNotContain("Bjørn", read.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string?> WrongSignatures => new()
    {
        { "missing", null },
        { "empty", "" },
        { "no base64", "not base64!" },
        { "of another secret", Sign(Body, "another") },
        { "of another body", Sign("{}"u8.ToArray()) },
        { "in hexadecimal", Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Body)) },
        { "cut short", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Body)[..16]) },
        { "with more behind it", Convert.ToBase64String([.. HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Body), 0]) },
        { "endless", new string('A', 1_000_000) },
        { "of a secret that was decoded", Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String("d2gtc8OpY3JldA=="), Body)) + "x" },
    };

    [Theory]
    [MemberData(nameof(WrongSignatures))]
    public void Event_with_a_wrong_signature_is_not_read(string what, string? signature)
    {
        Assert.NotEmpty(what);
        WebhookReader reader = new(Secret);

        Assert.False(reader.IsGenuine(Body, signature));
        Assert.Null(reader.Read(Body, signature));
    }

    [Fact]
    public void Body_is_not_parsed_before_its_signature_is_known() =>
        Assert.Null(new WebhookReader(Secret).Read("no JSON"u8, Sign(Body)));

    [Fact]
    public void Changed_byte_is_noticed()
    {
        byte[] changed = [.. Body];
        changed[^3] ^= 1;

        Assert.Null(new WebhookReader(Secret).Read(changed, Sign(Body)));
    }

    [Fact]
    public void Any_of_several_secrets_will_do()
    {
        WebhookReader reader = new("old", Secret, "of another subscription");

        Assert.True(reader.IsGenuine(Body, Sign(Body)));
        Assert.True(reader.IsGenuine(Body, Sign(Body, "old")));
        Assert.False(reader.IsGenuine(Body, Sign(Body, "older")));
    }

    [Fact]
    public void Empty_secret_is_none()
    {
        Assert.Throws<ArgumentException>(() => new WebhookReader());
        Assert.Throws<ArgumentException>(() => new WebhookReader(Secret, ""));
        Assert.Throws<ArgumentException>(() => new WebhookReader(" "));
        Assert.Throws<ArgumentException>(() => new WebhookReader("pasted\n"));
    }

    [Fact]
    public void Genuine_body_without_json_is_an_error_that_does_not_show_it()
    {
        byte[] body = "{} and no JSON at all"u8.ToArray();

        VismaConnectException error = Assert.Throws<VismaConnectException>(() => new WebhookReader(Secret).Read(body, Sign(body)));

        Assert.DoesNotContain("at all", error.ToString(), StringComparison.Ordinal);
    }

    // The platform parses such JSON, and throws when a member is searched for.
    [Theory]
    [InlineData("""{"tenant\ud800Id":"a1b2"}""")]
    [InlineData("""{"tableIdentifier":"t","event":"DELETE","primaryKeys":[{"\ud800":1}]}""")]
    public void Genuine_body_with_a_name_that_is_no_unicode_counts_as_no_json(string json)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);

        VismaConnectException error = Assert.Throws<VismaConnectException>(() => new WebhookReader(Secret).Read(body, Sign(body)));

        Assert.Contains("holds no JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_change_of_business_nxt_is_typed()
    {
        byte[] body = Encoding.UTF8.GetBytes("""
            {
              "tableIdentifier": "associate", "customerNo": 0, "companyNo": 5280635, "event": "UPDATE",
              "primaryKeys": [ { "associateNo": 286 }, { "code": "x" } ],
              "timestamp": "2026-11-21T10:12:45.1234567", "changedByUser": "ola", "changedColumns": [ "name", "city" ]
            }
            """);

        Assert.True(new WebhookReader(Secret).Read(body, Sign(body))!.TryGetTableChange(out TableChange? change));

        Assert.Equal(("associate", "UPDATE", 0, 5280635, "ola"), (change.TableIdentifier, change.Event, change.CustomerNo, change.CompanyNo, change.ChangedByUser));
        Assert.Equal([new("associateNo", "286"), new("code", "x")], change.PrimaryKeys);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 10, 12, 45, TimeSpan.Zero).AddTicks(1_234_567), change.Timestamp);
        Assert.Equal(["name", "city"], change.ChangedColumns);
    }

    [Theory]
    [InlineData("""{"tableIdentifier":"t","event":"DELETE"}""", true)]
    [InlineData("""{"tableIdentifier":"t","event":"DELETE","customerNo":"1","companyNo":1e99,"primaryKeys":{},"timestamp":5,"changedColumns":"x"}""", true)]
    [InlineData("""{"tableIdentifier":"t","event":"DELETE","primaryKeys":[1,null,{}],"timestamp":"soon","changedColumns":[1]}""", true)]
    [InlineData("""{"tableIdentifier":"t","event":"DELETE","changedByUser":"\ud800","tenantId":"\ud800"}""", true)]
    [InlineData("""{"tableIdentifier":"t","event":"\ud800"}""", false)]
    [InlineData("""{"tableIdentifier":1,"event":"DELETE"}""", false)]
    [InlineData("""{"event":"DELETE"}""", false)]
    [InlineData("[]", false)]
    [InlineData("5", false)]
    public void What_is_missing_or_odd_in_a_table_change_counts_as_not_said(string json, bool isChange)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        WebhookEvent read = new WebhookReader(Secret).Read(body, Sign(body))!;

        Assert.Equal(isChange, read.TryGetTableChange(out TableChange? change));

        Assert.Equal(0, change?.CompanyNo ?? 0);
        Assert.Empty(change?.PrimaryKeys ?? []);
        Assert.Null(read.TenantId);
    }

    [Theory]
    [InlineData("""{"tenantId":"x"}""", "x")]
    [InlineData("""{"tenant_id":"x"}""", "x")]
    [InlineData("""{"tenant":"x"}""", "x")]
    [InlineData("""{"tenant":{"id":"x"}}""", null)]
    [InlineData("""{"tenantId":""}""", null)]
    public void Tenant_is_read_from_the_names_in_use(string json, string? tenantId)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);

        Assert.Equal(tenantId, new WebhookReader(Secret).Read(body, Sign(body))!.TenantId);
    }

    private static readonly KeyValuePair<string, string>[] DeliveryHeaders =
    [
        new("X-VWD-Application-Id", "payroll-no-webhooks"), new("x-vwd-application-version", "1.2"), new("x-vwd-event-id", "EMPLOYEE_CHANGED"),
        new("x-vwd-group-id", "g-1"), new("x-vwd-notification-id", "n-1"), new("x-vwd-notification-timestamp", "1716508800123"),
        new("x-vwd-subscription-id", "s-1"), new("x-vwd-tenant-id", "A1B2"), new("x-vwd-webhook-timestamp", "1716508801000"),
    ];

    [Fact]
    public void Headers_say_what_was_delivered()
    {
        WebhookDelivery delivery = Read("{}", DeliveryHeaders).Delivery;

        Assert.Equal(
            ("payroll-no-webhooks", "1.2", "EMPLOYEE_CHANGED", "g-1", "n-1", "s-1", "A1B2"),
            (delivery.ApplicationId, delivery.ApplicationVersion, delivery.EventName, delivery.GroupId, delivery.NotificationId, delivery.SubscriptionId, delivery.TenantId));
        Assert.Equal(new DateTimeOffset(2024, 5, 24, 0, 0, 0, 123, TimeSpan.Zero), delivery.NotifiedAt);
        Assert.Equal(new DateTimeOffset(2024, 5, 24, 0, 0, 1, TimeSpan.Zero), delivery.SentAt);
        Assert.Equal("notification n-1 of EMPLOYEE_CHANGED", delivery.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("99999999999999999")]
    [InlineData("999999999999999999999999")]
    public void Malformed_time_in_a_header_counts_as_missing(string time) =>
        Assert.Null(Read("{}", [new("x-vwd-webhook-timestamp", time)]).Delivery.SentAt);

    [Theory]
    [InlineData("""{"tenantId":"a1b2"}""", "a1b2", true, false)]
    [InlineData("""{"tenantId":"c3d4"}""", "c3d4", true, true)]
    [InlineData("{}", "A1B2", false, false)]
    public void Tenant_of_the_signed_body_comes_before_the_one_of_the_header(string json, string tenant, bool isSigned, bool contradicts)
    {
        WebhookEvent read = Read(json, DeliveryHeaders);

        Assert.Equal((tenant, isSigned, contradicts), (read.TenantId, read.IsTenantSigned, read.HasContradictingTenant));
    }

    [Fact]
    public void Repeated_delivery_has_the_same_key_and_another_event_with_the_same_body_has_not()
    {
        WebhookEvent first = Read("{}", DeliveryHeaders);
        WebhookEvent repeated = Read("{}", [new("x-vwd-notification-id", "n-1"), new("x-vwd-webhook-timestamp", "1716508899000")]);
        WebhookEvent other = Read("{}", [new("x-vwd-notification-id", "n-2")]);
        WebhookEvent otherBody = Read("[]", [new("x-vwd-notification-id", "n-1")]);
        WebhookEvent withoutHeader = Read("{}", []);

        Assert.Equal(first.NotificationKey, repeated.NotificationKey);
        Assert.Equal(4, new[] { first, other, otherBody, withoutHeader }.Select(read => read.NotificationKey).Distinct().Count());
        Assert.Equal(withoutHeader.Id, withoutHeader.NotificationKey);
    }

    [Fact]
    public void Employee_changes_of_norwegian_payroll_are_typed()
    {
        WebhookEvent read = Read(
            """
            {
              "tenantId": "a1b2",
              "employees": [
                { "id": 17, "isDeleted": false, "actionDate": "2026-11-21T10:00:00" },
                { "id": "18", "isDeleted": true, "actionDate": 5, "more": {} },
                { "isDeleted": true },
                "19"
              ]
            }
            """,
            [new("x-vwd-event-id", "employee_changed")]);

        Assert.True(read.TryGetEmployeeChanges(out EmployeeChanges? changes));

        Assert.Equal("a1b2", changes.TenantId);
        Assert.Equal(
            [("17", false, new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero)), ("18", true, (DateTimeOffset?)null)],
            changes.Employees.Select(employee => (employee.Id, employee.IsDeleted, employee.ActionDate)));
    }

    [Theory]
    [InlineData("""{"employees":{}}""", null)]
    [InlineData("""{"tenantId":"a1b2"}""", "EMPLOYEE_CHANGED")]
    [InlineData("""[]""", "EMPLOYEE_CHANGED")]
    [InlineData("""{"employees":[]}""", "SALESORDER_CREATED")]
    public void Another_event_is_not_taken_for_employee_changes(string json, string? name) =>
        Assert.False(Read(json, name is null ? [] : [new("x-vwd-event-id", name)]).TryGetEmployeeChanges(out _));

    // Visma documents the name of the event alone.
    [Theory]
    [InlineData("""{"tenant_id":"a1b2"}""", null, "a1b2")]
    [InlineData("""{"anything":1}""", "c3d4", "c3d4")]
    [InlineData("[]", null, null)]
    public void Approval_by_a_customer_is_recognised_by_its_name_and_names_the_tenant_if_it_can(string json, string? header, string? tenant)
    {
        List<KeyValuePair<string, string>> headers = [new("x-vwd-event-id", "Tenant_Application_Added"), new("x-vwd-application-id", "isv_acme")];
        if (header is not null)
        {
            headers.Add(new("x-vwd-tenant-id", header));
        }

        Assert.True(Read(json, [.. headers]).TryGetTenantApplicationAdded(out TenantApplicationAdded? added));
        Assert.Equal((tenant, "isv_acme"), (added.TenantId, added.ApplicationId));
        Assert.False(Read(json, []).TryGetTenantApplicationAdded(out _));
    }

    private static WebhookEvent Read(string json, KeyValuePair<string, string>[] headers)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        return new WebhookReader(Secret).Read(body, Sign(body), headers)!;
    }

    private static string Sign(byte[] body, string secret = Secret) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
