/** What an OVF descriptor says about the appliance. */
export interface Appliance {
  name: string;
  /** File name of the disk inside the archive, and its size in bytes. */
  diskFile: string;
  diskFileBytes: number;
  /** Size of the disk as the machine sees it. */
  capacityBytes: number;
  memoryMiB: number;
  processors: number;
}

/** Resource numbers of CIM_ResourceAllocationSettingData (DMTF DSP0004), as OVF uses them. */
const resource = { processor: 3, memory: 4, scsi: 6, ethernet: 10, disk: 17 };

/**
 * OVF 1.0 descriptor (DMTF DSP0243) of a machine with UEFI firmware, pvscsi and vmxnet3, for vSphere 6.7 and later
 * (virtual hardware 14). Pure: the same appliance gives the same text.
 */
export function ovfDescriptor(appliance: Appliance): string {
  const { name, diskFile, diskFileBytes, capacityBytes } = appliance;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
    xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
    xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData"
    xmlns:vmw="http://www.vmware.com/schema/ovf">
  <References>
    <File ovf:id="file" ovf:href="${diskFile}" ovf:size="${diskFileBytes}"/>
  </References>
  <DiskSection>
    <Info>Disks</Info>
    <Disk ovf:diskId="disk" ovf:fileRef="file" ovf:capacity="${capacityBytes}" ovf:capacityAllocationUnits="byte"
        ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
  </DiskSection>
  <NetworkSection>
    <Info>Networks</Info>
    <Network ovf:name="VM Network"><Description>Address by DHCP</Description></Network>
  </NetworkSection>
  <VirtualSystem ovf:id="${name}">
    <Info>An image of Immutable Fleets</Info>
    <Name>${name}</Name>
    <OperatingSystemSection ovf:id="96" vmw:osType="debian10_64Guest">
      <Info>Guest</Info>
    </OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Hardware</Info>
      <System>
        <vssd:ElementName>Hardware</vssd:ElementName>
        <vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemIdentifier>${name}</vssd:VirtualSystemIdentifier>
        <vssd:VirtualSystemType>vmx-14</vssd:VirtualSystemType>
      </System>
${devices(appliance).join("\n")}
      <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="efi"/>
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
`;
}

function devices({ memoryMiB, processors }: Appliance): string[] {
  return [
    item(1, resource.processor, `${processors} virtual CPUs`, { VirtualQuantity: processors }),
    item(2, resource.memory, `${memoryMiB} MiB of memory`, {
      AllocationUnits: "byte * 2^20",
      VirtualQuantity: memoryMiB,
    }),
    item(3, resource.scsi, "SCSI controller", { Address: 0, ResourceSubType: "VirtualSCSI" }),
    item(4, resource.disk, "Disk", { AddressOnParent: 0, HostResource: "ovf:/disk/disk", Parent: 3 }),
    item(5, resource.ethernet, "Network card", {
      AutomaticAllocation: "true",
      Connection: "VM Network",
      ResourceSubType: "VmxNet3",
    }),
  ];
}

/** One device; elements in alphabetical order, as the schema demands. */
function item(id: number, type: number, name: string, rest: Record<string, string | number>): string {
  const elements = Object.entries({ ...rest, ElementName: name, InstanceID: id, ResourceType: type });
  const sorted = elements.sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.map(([key, value]) => `        <rasd:${key}>${value}</rasd:${key}>`);
  return ["      <Item>", ...lines, "      </Item>"].join("\n");
}
