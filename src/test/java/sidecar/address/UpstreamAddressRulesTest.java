package sidecar.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamAddressRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "100.100.100.200",
                "fd00:ec2::254",
                "fe80::1",
                "febf::1",
                "0.0.0.0",
                "0.1.2.3",
                "::",
                "224.0.0.1",
                "239.255.255.255",
                "ff02::1",
                "240.0.0.1",
                "255.255.255.255",
                "192.0.0.192",
                "::7f00:1",
                "::127.0.0.1",
                "::2",
                "64:ff9b::7f00:1",
                "64:ff9b::8.8.8.8",
                "64:ff9b:1::1",
                "64:ff9b:1:ffff::1",
                "2002:7f00:1::",
                "2002:808:808::1",
                "2001::1",
                "2001:0:abcd::1",
                // the metadata services of Azure, and of AWS, GCP and Scaleway over IPv6
                "168.63.129.16",
                "fd00:ec2::23",
                "fd00:ec2::253",
                "fd20:ce::254",
                "fd00:42::42",
                // one address in every disguise
                "::ffff:0:a9fe:a9fe",
                "::ffff:0:169.254.169.254",
                "::ffff:0:8.8.8.8",
                "::ffff:169.254.169.254",
                "::a9fe:a9fe",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::a9fe:a9fe",
                "64:ff9b:1:a9fe:a9:fe00::",
                "2002:a9fe:a9fe::1",
                "2001:0:53aa:64c:0:0:5601:5601",
                "fe80::5efe:a9fe:a9fe",
                "2001:db8::5efe:a9fe:a9fe",
                "2001:db8::200:5efe:a9fe:a9fe"
            })
    void neverAllowed(String address) throws UnknownHostException {
        assertThat(UpstreamAddressRules.refusal(InetAddress.getByName(address), true))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "127.255.255.254", "::1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                "100.64.0.1", "100.127.255.255", "198.18.0.1", "fc00::1", "fdff::1", "fec0::1", "feff::1"
            })
    void privateOnesOnlyWhenAllowed(String address) throws UnknownHostException {
        InetAddress parsed = InetAddress.getByName(address);

        assertThat(UpstreamAddressRules.refusal(parsed, true)).isEmpty();
        assertThat(UpstreamAddressRules.refusal(parsed, false)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "223.255.255.255",
                "192.0.1.1",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "2001:1::1",
                "2003::1",
                "64:ff9b:2::1",
                "2a00::",
                "2606:4700::5eff:808:808",
                "168.63.129.17",
                "::ffff:1:808:808"
            })
    void publicOnesAlways(String address) throws UnknownHostException {
        assertThat(UpstreamAddressRules.refusal(InetAddress.getByName(address), false))
                .isEmpty();
    }

    @Test
    void anIpv4MappedAddressIsRefusedEvenWhenItIsPublic() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 8, 8, 8, 8};

        assertThat(UpstreamAddressRules.refusal(Inet6Address.getByAddress(null, mapped, -1), true))
                .isPresent();
    }

    @Test
    void theReasonNamesTheKind() throws UnknownHostException {
        assertThat(UpstreamAddressRules.refusal(InetAddress.getByName("169.254.169.254"), true))
                .contains("a cloud metadata address");
    }
}
